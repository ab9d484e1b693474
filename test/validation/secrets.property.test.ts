import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toJson, toJsonLine } from '../../cli/output/json.ts';
import { toYaml } from '../../cli/output/yaml.ts';
import { diffOf } from '../../lib/validation/fix/diff.ts';
import { mendText } from '../../lib/validation/fix/text.ts';
import { toGithub } from '../../lib/validation/formats/github.ts';
import { toFindingsDocument } from '../../lib/validation/formats/json.ts';
import { toJunit } from '../../lib/validation/formats/junit.ts';
import { toMarkdown } from '../../lib/validation/formats/markdown.ts';
import { toSarif } from '../../lib/validation/formats/sarif.ts';
import { findingText } from '../../lib/validation/formats/text.ts';
import { ruleTexts } from '../../lib/validation/rule-texts.ts';
import { validateManifests } from '../../lib/validation/validate-manifests.ts';

/** All that is ever written of a manifest, in every format. */
function writtenOf(text: string, file = 'x.yaml'): string {
  const { findings } = validateManifests([{ file, text }]);
  const texts = new Map([[file, text]]);
  const document = toFindingsDocument(findings);
  const { text: after } = mendText(text, findings);
  const around = diffOf(file, `${text}\nx: 1\n`, `# x\n${text.replace(/\n/g, ' # y\n')}\nx: 2\n`);
  return [
    ...findings.map((finding) => findingText(finding, texts)),
    ...[toJson(document), toJsonLine(findings), toYaml(document), JSON.stringify(toSarif(findings, ruleTexts, '1'))],
    ...[toJunit(findings, [file]), toGithub(findings), toMarkdown(findings, 1)],
    ...[diffOf(file, text, after), around],
  ].join('\n');
}

const word = fc.oneof(fc.stringMatching(/^[A-Za-z0-9]{2}Zq7[A-Za-z0-9]{6,20}$/), fc.stringMatching(/^9[1-9]{11,14}$/));
const token = fc.oneof(word, fc.stringMatching(/^[A-Za-z0-9]{2}Zq7[A-Za-z0-9+/]{6}==$/));

/** A value in the ways in which YAML can be written, and some in which it cannot. */
const writings: readonly ((value: string, indent: string) => string)[] = [
  (value) => ` ${value}`,
  (value) => ` "${value}"`,
  (value) => ` '${value}`,
  (value) => ` "a, b#c ${value}"`,
  (value) => ` x: ${value}`,
  (value) => ` ${value}: x`,
  (value) => ` {a: 1, b: ${value}}`,
  (value) => ` [1, ${value}]`,
  (value) => ` !${value}! x`,
  (value) => ` "\\x${value}"`,
  (value, indent) => ` |\n${indent}    first\n${indent}    ${value}`,
  (value, indent) => `\n${indent}    ${value}`,
  (value, indent) => `\n${indent}- ${value}`,
  (value, indent) => `\n${indent}- name: ${value}\n${indent}  x: 1`,
  (value) => ` |\n-----BEGIN RSA PRIVATE KEY-----\n${value}\n-----END RSA PRIVATE KEY-----`,
];
const writing = fc.constantFrom(...writings);

const wrong = fc.constantFrom(
  '',
  '  whatever: 1\n',
  '  minSise: 1\n',
  '\tx: 1\n',
  '  a: b: c\n',
  '   - x\n',
  '  x: "\n',
  '  {{ .x }}: 1\n',
  '  ]\n',
);

/** What makes findings stands before it and behind it. */
function around(head: string, field: string, [before, after]: readonly [string, string]): string {
  return `${head}${before}${field}\n${after}`;
}

const runs = { numRuns: 60 };

describe('a secret is in nothing that is written', () => {
  it('where it is a value of a keyset, a credential or a secret', () => {
    const head = fc.constantFrom(
      'apiVersion: kops.k8s.io/v1alpha2\nkind: Keyset\nmetadata:\n  name: ca\nspec:\n',
      'apiVersion: kops.k8s.io/v1alpha2\nkind: Keyste\nmetadata:\n  name: ca\nspec:\n',
      'apiVersion: kops.k8s.io/v1alpha2\nkind: "SSHCredential"\nmetadata:\n  name: admin\nspec:\n',
      'apiVersion: v1\nkind:\n  Secret\nmetadata:\n  name: x\nspec:\n',
    );
    const field = fc.constantFrom(
      ...['  type:', '  primaryId:', '  publicKey:', '  unknown:', '  keys:\n  - id:', '  keys:\n  - privateMaterial:'],
      ...[
        '  keys:\n  - privateMateril:',
        '  keys:\n  - distrustTimestamp:',
        '  keys:\n  - PublicMaterial:',
        '  keys:\n  -',
      ],
    );
    fc.assert(
      fc.property(head, field, token, writing, fc.tuple(wrong, wrong), (start, name, secret, write, mistakes) => {
        expect(writtenOf(around(start, `${name}${write(secret, '  ')}`, mistakes))).not.toContain(secret);
      }),
      runs,
    );
  });

  it('where it is the value of a field with the name of a secret, or nearly', () => {
    const head = fc.constantFrom(
      'apiVersion: kops.k8s.io/v1alpha2\nkind: InstanceGroup\nmetadata:\n  name: nodes\nspec:\n',
      'apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nmetadata:\n  name: c.example.com\nspec:\n  cloudConfig:\n    x: 1\n',
      'x:\n  y: 1\n',
    );
    const field = fc.constantFrom(
      ...[
        'password',
        'Pasword',
        'bootstrapToken',
        'secret',
        'clientSecrets',
        'privateMateril',
        'userData',
        'user_data',
      ],
      ...[
        'additionalUserData',
        'aditionalUserData',
        'api-key',
        'awsSecretAccessKey',
        '"keyMaterial"',
        'vSpherePasword',
      ],
      ...[
        'fileAssets:\n  - name: x\n    content',
        'fileAssets:\n  - name: x\n    contnet',
        'credentials',
        'kubelet:\n    token',
      ],
      'kubeAPIServer:\n    env:\n    - name: DB_PASSWORD\n      value',
    );
    fc.assert(
      fc.property(head, field, token, writing, fc.tuple(wrong, wrong), (start, name, secret, write, mistakes) => {
        const indent = /(?:^|\n)( *)[^\n]*$/.exec(`  ${name}`)?.[1] ?? '';
        expect(writtenOf(around(start, `  ${name}:${write(secret, indent)}`, mistakes))).not.toContain(secret);
      }),
      runs,
    );
  });

  it('where it is the user or the password of a URL', () => {
    const field = fc.constantFrom(
      ...[
        'assets:\n    fileRepository',
        'assets:\n    containerProxy',
        'configBase',
        'secretStore',
        'keyStore',
        'whatever',
      ],
      ...['egressProxy:\n    httpProxy:\n      host', 'addons:\n  - manifest', 'kubernetesVersion', 'channel'],
      ...['sshAccess:\n  -', 'cloudProvider', 'networkCIDR', 'etcdClusters:\n  - backups:\n      backupStore'],
    );
    const url = fc.constantFrom<(secret: string) => string>(
      (secret) => `ftp://user:${secret}@repo/x`,
      (secret) => `https://${secret}@repo.example.com`,
      (secret) => `https://${secret}:x@repo.example.com:8443/a@b`,
      (secret) => `http://user:a/b${secret}@repo`,
      (secret) => `"http://user:a\\"b${secret}@repo"`,
      (secret) => `user:${secret}@proxy.example.com`,
    );
    const quote = fc.constantFrom('', "'");
    fc.assert(
      fc.property(field, word, url, quote, fc.tuple(wrong, wrong), (name, secret, make, sign, mistakes) => {
        const head = 'apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nmetadata:\n  name: c.example.com\nspec:\n';
        const value = make(secret).startsWith('"') ? make(secret) : sign + make(secret) + sign;
        const join = name.endsWith('-') ? ' ' : ': ';
        expect(writtenOf(around(head, `  ${name}${join}${value}`, mistakes))).not.toContain(secret);
      }),
      runs,
    );
  });

  it('where the file is one with keys or secrets', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('c.example.com/pki/private/ca/keyset.yaml', 'secrets/x'),
        token,
        writing,
        wrong,
        (file, secret, write, mistake) => {
          expect(writtenOf(`x:${write(secret, '')}\n${mistake}`, file)).not.toContain(secret);
        },
      ),
      runs,
    );
  });
});

describe('lines without a secret', () => {
  it('are shown as they are, before one, behind one, and in documents beside a keyset', () => {
    const text =
      'spec:\n  a: 1\n  password: |\n    x\n  b: 2\n  tokens:\n  - y\n  c: 3\n---\nkind: Keyset\nd: 1\n---\ne: 1\nenv:\n- value: z\n  name: MY_TOKEN\n- name: F\n  value: g\n';
    const diff = diffOf('x', text, text.replace(/\n/g, ' # \n'));
    const shown = diff.split('\n').flatMap((line) => /^-(?!--)(.*)/.exec(line)?.[1] ?? []);
    expect(shown.filter((line) => line !== '(not shown)')).toEqual([
      'spec:',
      '  a: 1',
      '  b: 2',
      '  c: 3',
      'e: 1',
      'env:',
      '- name: F',
      '  value: g',
    ]);
  });
});

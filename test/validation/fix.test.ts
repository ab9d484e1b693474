import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import type { Finding, FindingFix } from '../../lib/validation/finding.ts';
import { mendText } from '../../lib/validation/fix/text.ts';
import { readManifest } from '../../lib/validation/manifest/read-manifest.ts';
import { jsonPointer } from '../../lib/validation/pointer.ts';
import { validateManifests } from '../../lib/validation/validate-manifests.ts';

const range = { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };

function wanting(fix: FindingFix, document = 0): Finding {
  return { rule: 'X', severity: 'error', message: '', file: 'x', document, pointer: fix.pointer, range, fix };
}

/** The text with all of the fixes; undefined where one of them is left. */
function mended(text: string, ...fixes: readonly FindingFix[]): string | undefined {
  const result = mendText(
    text,
    fixes.map((fix) => wanting(fix)),
  );
  return result.left.length === 0 ? result.text : undefined;
}

describe('a value that is set', () => {
  it.each([
    ['plain', 'a: x # why\n', 'a: v # why\n'],
    ['in double quotes', 'a: "x"\n', 'a: "v"\n'],
    ['in single quotes', "a: 'x'   \nb: 1\n", "a: 'v'   \nb: 1\n"],
    ['in braces', '{a: x, b: 2}\n', '{a: "v", b: 2}\n'],
    ['with line ends of Windows', 'z: 1\r\na: x\r\nb: 2\r\n', 'z: 1\r\na: v\r\nb: 2\r\n'],
    ['without a line end', 'a: x', 'a: v'],
    ['in JSON', '{\n  "a": "x",\n  "b": 2\n}\n', '{\n  "a": "v",\n  "b": 2\n}\n'],
    ['that is an alias', 'b: &b x\na: *b\n', 'b: &b x\na: v\n'],
    ['behind a mark of byte order', '\ufeffa: x\n', '\ufeffa: v\n'],
  ])('%s stays as it is written otherwise', (_name, before, after) => {
    expect(mended(before, { pointer: '/a', value: 'v' })).toBe(after);
  });

  it('is quoted where YAML, of one version or the other, would read something else', () => {
    for (const value of ['1.30', 'yes', 'null', '10:30', '', ': ', '# x', "it's"]) {
      for (const before of ['a: x\n', 'a: "x"\n', "a: 'x'\n", '{a: x}\n']) {
        expect(parse(mended(before, { pointer: '/a', value }) ?? '', { version: '1.1' })).toEqual({ a: value });
      }
    }
    expect(mended('a: "1"\n', { pointer: '/a', value: 1 })).toBe('a: 1\n');
    expect(mended('a: "true"\n', { pointer: '/a', value: true })).toBe('a: true\n');
  });

  it('is left where an alias would change with it, or stands in the way', () => {
    expect(mended('a: &a x\nb: *a\n', { pointer: '/a', value: 'y' })).toBeUndefined();
    expect(mended('b: &b {a: x}\nc: *b\n', { pointer: '/c/a', value: 'y' })).toBeUndefined();
    expect(mended('b: &b {a: x}\nc:\n  <<: *b\n', { pointer: '/c/a', value: 'y' })).toBeUndefined();
    expect(mended('a: [1]\n', { pointer: '/a', value: 'y' })).toBeUndefined();
    expect(mended('a: x\n', { pointer: '/b', value: 'y' })).toBeUndefined();
  });
});

describe('a name that is set', () => {
  it.each([
    ['b: # why\n  c: 1\n', 'a: # why\n  c: 1\n'],
    ['"b": 1\n', '"a": 1\n'],
    ['{b: 1}\n', '{"a": 1}\n'],
    ['- 1\n', undefined],
    ['b: 1\na: 2\n', undefined],
  ])('changes nothing else: %j', (before, after) => {
    expect(mended(before, { pointer: before.startsWith('-') ? '/0' : '/b', rename: 'a' })).toBe(after);
  });
});

describe('a field that is removed', () => {
  it.each([
    ['with its comment', 'a: 1\nb: 2 # two\nc: 3\n', 'a: 1\nc: 3\n'],
    ['with all that it holds', 'a: 1\nb:\n  - x\n  - y: 1 # y\nc: 3\n', 'a: 1\nc: 3\n'],
    ['with the lines of its text', 'a: 1\nb: |\n  x\n  # no comment\nc: 3\n', 'a: 1\nc: 3\n'],
    ['without a value', 'a: 1\nb:\nc: 3\n', 'a: 1\nc: 3\n'],
    ['at the end of the file', 'a: 1\nb: 2', 'a: 1\n'],
    [
      'and no comment of its neighbours',
      'a: 1\n# of b\nb:\n  d: 1\n  # below\n\n# of c\nc: 3\n',
      'a: 1\n# of b\n  # below\n\n# of c\nc: 3\n',
    ],
    ['between braces', '{a: 1, b: 2, c: 3}\n', '{a: 1, c: 3}\n'],
    ['last between braces', '{a: 1, b: 2}\n', '{a: 1}\n'],
    ['first in JSON', '{\n  "b": {"x": 1},\n  "c": 2\n}\n', '{\n  "c": 2\n}\n'],
    ['last in JSON', '{\n  "c": 2,\n  "b": 1\n}\n', '{\n  "c": 2\n}\n'],
    ['with line ends of Windows', 'a: 1\r\nb: 2\r\nc: 3\r\n', 'a: 1\r\nc: 3\r\n'],
    ['as the only one', 'b: 1\n', '{}\n'],
  ])('goes %s', (_name, before, after) => {
    expect(mended(before, { pointer: '/b' })).toBe(after);
  });

  it.each([
    ['s:\n- b: 1\n  c: 2\n- d: 1\n', '/s/0/b', 's:\n- c: 2\n- d: 1\n'],
    ['s:\n  -   b: 1\n      c: 2\n', '/s/0/b', 's:\n  -   c: 2\n'],
    ['s:\n- b: 1\n  # of c\n  c: 2\n', '/s/0/b', undefined],
    ['s:\n- b: 1\n', '/s/0/b', 's:\n- {}\n'],
    ['s:\n- x\n- y # y\n- z\n', '/s/1', 's:\n- x\n- z\n'],
    ['s:\n- x\n', '/s/0', 's: []\n'],
    ['s:\n  x: 1\nt: 2\n', '/s/x', 's: {}\nt: 2\n'],
    ['s: [x, y]\n', '/s/1', 's: [x]\n'],
    ['s: [x]\n', '/s/0', 's: []\n'],
    ['s:\n- - x\n  - y\n', '/s/0/1', 's:\n- - x\n'],
    ['s:\n- - x\n  - y\n', '/s/0/0', undefined],
    ['b: &b 1\nc: *b\n', '/b', undefined],
    ['x: 1\nx: 1\ny: 2\n', '/x', 'x: 1\ny: 2\n'],
    ['x: 1\nx: 2\n', '/x', undefined],
  ])('goes out of %j at %s', (before, pointer, after) => {
    expect(mended(before, { pointer })).toBe(after);
  });
});

describe('several fixes of a file', () => {
  it('find their fields, whatever the others remove', () => {
    const text = 'l:\n- a\n- b\n- c\nm: {x: 1, y: 2}\nn:\n  o: 1\n  p: 2\n';
    expect(
      mended(
        text,
        { pointer: '/l/0' },
        { pointer: '/l/2' },
        { pointer: '/m/x' },
        { pointer: '/n/o', value: 3 },
        { pointer: '/n', rename: 'q' },
      ),
    ).toBe('l:\n- b\nm: {y: 2}\nq:\n  o: 3\n  p: 2\n');
  });

  it('are carried out in the document that they are for', () => {
    const text = 'a: 1\n---\n# nothing\n---\na: 2\n';
    expect(mendText(text, [wanting({ pointer: '/a', value: 3 }, 1)]).text).toBe('a: 1\n---\n# nothing\n---\na: 3\n');
    expect(mendText(text, [wanting({ pointer: '/a', value: 3 }, 2)]).left).toHaveLength(1);
  });

  it('change in any data only what they are for, or nothing', () => {
    const leaf = fc.constantFrom(null, true, 1, 1.5, '', 'x', 'yes', '1.30', '# no', 'a: b', 'two\nlines\n', ' x ');
    const data = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('node'), { maxLength: 4 }),
        fc.dictionary(fc.constantFrom('a', 'b', 'c~/d', '1', 'no', 'e f'), tie('node'), { maxKeys: 4 }),
      ),
    })).node;
    fc.assert(
      fc.property(
        data,
        fc.boolean(),
        fc.nat(),
        fc.constantFrom('set', 'rename', 'remove'),
        fc.constantFrom('z', '1.0', 7, false),
        (value, isJson, at, kind, to) => {
          const text = isJson ? JSON.stringify(value, null, at % 3) : yamlOf(value);
          const paths = pathsOf(value);
          const path = paths[at % Math.max(1, paths.length)];
          if (path === undefined) {
            return;
          }
          const pointer = jsonPointer(path);
          const fix = { set: { pointer, value: to }, rename: { pointer, rename: 'zz' }, remove: { pointer } }[kind];
          const after = mended(text, fix);
          if (after !== undefined) {
            expect(readManifest(after, 'x').documents.map((document) => document.value)).toEqual([
              changed(value, path, fix),
            ]);
          }
          expect(isJson && after === undefined && kind === 'remove').toBe(false);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('the fix of a finding', () => {
  const head =
    'apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nmetadata:\n  name: c.example.com\nspec:\n  cloudProvider: aws\n  etcdClusters: [{name: main, etcdMembers: [{name: a, instanceGroup: a}]}]\n';
  const fixesOf = (text: string) => validateManifests([{ file: 'x', text }]).findings.flatMap(({ fix }) => fix ?? []);

  it.each([
    ['  kubernetesVersion: 1.30\n', { pointer: '/spec/kubernetesVersion', value: '1.30' }],
    ['  masterKubelet: {anonymousAuth: "false"}\n', { pointer: '/spec/masterKubelet/anonymousAuth', value: false }],
    ['  kubelet: {maxPods: "110"}\n', { pointer: '/spec/kubelet/maxPods', value: 110 }],
    ['  Kubelet: {maxPods: 110}\n', { pointer: '/spec/Kubelet', rename: 'kubelet' }],
    ['  controlPlaneKubelet: {maxPods: 110}\n', { pointer: '/spec/controlPlaneKubelet', rename: 'masterKubelet' }],
    ['  networking: {cilium: {tunnel: Disabled}}\n', { pointer: '/spec/networking/cilium/tunnel', value: 'disabled' }],
    ['  networking: {cilium: {version: 1.18.4}}\n', { pointer: '/spec/networking/cilium/version', value: 'v1.18.4' }],
    ['  subnets: [{name: a, type: private}]\n', { pointer: '/spec/subnets/0/type', value: 'Private' }],
    ['  iam: {legacy: true}\n', { pointer: '/spec/iam/legacy', value: false }],
    ['  docker: {}\n', { pointer: '/spec/docker' }],
    ['  gossipConfig: {}\n', { pointer: '/spec/gossipConfig' }],
    [
      '  kubelet: {experimentalAllowedUnsafeSysctls: [x]}\n',
      { pointer: '/spec/kubelet/experimentalAllowedUnsafeSysctls', rename: 'allowedUnsafeSysctls' },
    ],
    [
      '  kubeAPIServer: {enableBootstrapTokenAuth: true}\n',
      { pointer: '/spec/kubeAPIServer/enableBootstrapTokenAuth' },
    ],
    [
      '  kubeAPIServer: {enableAdmissionPlugins: [A, PodSecurityPolicy]}\n',
      { pointer: '/spec/kubeAPIServer/enableAdmissionPlugins/1' },
    ],
    ['  kubeScheduler: {usePolicyConfigMap: false}\n', { pointer: '/spec/kubeScheduler/usePolicyConfigMap' }],
    ['  iam: {legacy: false}\n  iam: {legacy: false}\n', { pointer: '/spec/iam' }],
  ])('is certain, and mends it: %j', (more, fix) => {
    const text = head + more;
    expect(fixesOf(text)).toContainEqual(fix);
    const { text: after, left } = mendText(text, validateManifests([{ file: 'x', text }]).findings);
    expect(left).toEqual([]);
    expect(fixesOf(after)).toEqual([]);
  });

  it.each([
    ['a network that is not its first address', '  networkCIDR: 10.0.1.0/16\n'],
    ['a name that is only near', '  kubelt: {maxPods: 110}\n'],
    ['a flag that means the opposite by its newer name', '  networking: {cilium: {masquerade: true}}\n'],
    ['a name that is taken', '  kubelet: {maxPods: 1}\n  Kubelet: {maxPods: 2}\n'],
    ['a field whose value has to go elsewhere', '  kubelet: {podInfraContainerImage: x}\n'],
    ['two values for one field', '  iam: {legacy: false}\n  iam: {allowContainerRegistry: true}\n'],
    ['a field that a scheduler may still be meant to have', '  kubeScheduler: {usePolicyConfigMap: true}\n'],
    ['a number with a fraction for a whole one', '  kubelet: {maxPods: "1.5"}\n'],
  ])('is not offered for %s', (_what, more) => {
    expect(fixesOf(head + more)).toEqual([]);
  });

  it('never repeats what may be a secret', () => {
    const secrets = '  cloudConfig: {vSpherePassword: 4711}\n  fileAssets: [{name: a, path: /a, content: 4711}]\n';
    const { findings } = validateManifests([{ file: 'x', text: head + secrets }]);
    expect(findings.filter(({ rule }) => rule === 'FIELD-TYPE').length).toBeGreaterThan(0);
    expect(JSON.stringify(findings)).not.toContain('4711');
  });

  it('is not offered for the gossip of a cluster that still uses it', () => {
    const text = `${head}  gossipConfig: {}\n`.replace('c.example.com', 'c.k8s.local');
    const { findings } = validateManifests([{ file: 'x', text }]);
    expect(findings).toContainEqual(expect.objectContaining({ rule: 'GOSSIP-REMOVED' }));
    expect(findings.flatMap(({ fix }) => fix ?? [])).toEqual([]);
  });

  it('is not offered to a kOps that may know the field', () => {
    const text = `${head}  Kubelet: {maxPods: 110}\n`;
    const { findings } = validateManifests([{ file: 'x', text }], { kopsVersion: { major: 1, minor: 99, patch: 0 } });
    expect(findings).toContainEqual(expect.objectContaining({ rule: 'FIELD-UNKNOWN' }));
    expect(findings.flatMap(({ fix }) => fix ?? [])).toEqual([]);
  });
});

function yamlOf(value: unknown, indent = ''): string {
  if (Array.isArray(value) && value.length > 0) {
    return value.map((item) => `${indent}- # item\n${yamlOf(item, `${indent}  `)}`).join('');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0) {
    return Object.entries(value)
      .map(([key, item]) => `${indent}${JSON.stringify(key)}: # of ${key}\n${yamlOf(item, `${indent}  `)}`)
      .join('');
  }
  return `${indent}${JSON.stringify(value)} # why\n`;
}

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return entries.flatMap(([key, item]) => [[...path, key], ...pathsOf(item, [...path, key])]);
}

function changed(value: unknown, [step = '', ...rest]: Path, fix: FindingFix): unknown {
  const copy: Record<string | number, unknown> | unknown[] = Array.isArray(value)
    ? [...value]
    : { ...(value as object) };
  const fields = copy as Record<string | number, unknown>;
  if (rest.length > 0) {
    fields[step] = changed(fields[step], rest, fix);
  } else if ('value' in fix) {
    fields[step] = fix.value;
  } else if (Array.isArray(copy)) {
    copy.splice(Number(step), 1);
  } else {
    if (fix.rename !== undefined) {
      fields[fix.rename] = fields[step];
    }
    delete fields[step];
  }
  return copy;
}

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readManifest } from '../../lib/validation/manifest/read-manifest.ts';
import { maxManifestBytes } from '../../lib/validation/manifest/refusals.ts';
import { validateManifests } from '../../lib/validation/validate-manifests.ts';

const kindsOf = (text: string) => readManifest(text, 'x.yaml').problems.map(({ kind }) => kind);

describe('a manifest', () => {
  it('may hold several documents, in YAML or JSON, of which empty ones are left out', () => {
    const { documents, problems } = readManifest('a: 1\n---\n---\n{"b": [2]}\n---\n# nothing\n', 'x.yaml');
    expect(documents.map(({ value, index }) => ({ value, index }))).toEqual([
      { value: { a: 1 }, index: 0 },
      { value: { b: [2] }, index: 1 },
    ]);
    expect(problems).toEqual([]);
  });

  it('knows where values and keys stand, through anchors, and for what is absent', () => {
    const text = 'base: &base\n  x: [1, 22]\nuse:\n  y: *base\n';
    const [document] = readManifest(text, 'x.yaml').documents;
    expect(document?.rangeOf(['base', 'x', 1])).toEqual({
      start: { line: 2, column: 10 },
      end: { line: 2, column: 12 },
    });
    expect(document?.rangeOf(['use', 'y', 'x', 0]).start).toEqual({ line: 2, column: 7 });
    expect(document?.rangeOf(['use', 'z']).start).toEqual({ line: 3, column: 1 });
    expect(document?.rangeOfKey(['base', 'x']).start).toEqual({ line: 2, column: 3 });
    expect(document?.rangeOf([]).start).toEqual({ line: 1, column: 1 });
  });

  it('is read with what is merged into it, each value in its own place', () => {
    const text = 'base: &base\n  x: 1\n  y: 2\nuse:\n  <<: *base\n  x: 3\nmore:\n  <<: [*base, {z: 4}]\n';
    const [document] = readManifest(text, 'x.yaml').documents;
    expect(document?.value).toMatchObject({ use: { x: 3, y: 2 }, more: { x: 1, y: 2, z: 4 } });
    expect(document?.rangeOf(['use', 'x']).start).toEqual({ line: 6, column: 6 });
    expect(document?.rangeOf(['use', 'y']).start).toEqual({ line: 3, column: 6 });
    expect(document?.rangeOf(['more', 'z']).start).toEqual({ line: 8, column: 19 });
    expect(readManifest('a: {<<: 3}\n', 'x.yaml').problems).toMatchObject([{ kind: 'yaml' }]);
  });

  it('is not read where an alias stands inside of what it stands for', () => {
    for (const text of ['a: &a [*a]', 'a: &a {b: {c: *a}}', 'a: &a\n  b: &b\n    c: *a\n', 'x: &a 1\ny: &a [*a]']) {
      expect(readManifest(text, 'x.yaml')).toMatchObject({ documents: [], problems: [{ kind: 'alias-explosion' }] });
    }
    expect(kindsOf('a: &a [1]\nb: *a\nc: &a [2]\nd: *a\n')).toEqual([]);
    expect(kindsOf('a: &a [1, &b 2, *b]\n')).toEqual([]);
  });

  it('may have the line ends of Windows, a mark of byte order, and no tabs for an indent', () => {
    const [windows] = readManifest('a: 1\r\nb:\r\n  c: x\r\n', 'x.yaml').documents;
    expect(windows?.value).toEqual({ a: 1, b: { c: 'x' } });
    expect(windows?.rangeOf(['b', 'c'])).toEqual({ start: { line: 3, column: 6 }, end: { line: 3, column: 7 } });
    expect(readManifest('\ufeffa: 1\n', 'x.yaml').documents[0]?.value).toEqual({ a: 1 });
    expect(readManifest('a:\n\tb: 1\n', 'x.yaml').problems).toMatchObject([
      { message: expect.stringContaining('Tabs are not allowed'), range: { start: { line: 2, column: 1 } } },
    ]);
  });

  it('is not read further where it is broken, and the other documents are', () => {
    const { documents, problems } = readManifest('a: [1\n---\nb: 2\n', 'x.yaml');
    expect(documents.map(({ value }) => value)).toEqual([{ b: 2 }]);
    expect(problems.map(({ kind }) => kind)).toContain('yaml');
  });

  it('tells of its first mistake only, in each of its documents', () => {
    const placesOf = (text: string) =>
      readManifest(text, 'x.yaml').problems.map(
        ({ message, range }) => `${range.start.line}:${range.start.column} ${message}`,
      );
    expect(placesOf('a:\n\tb: 1\n\tc: 2\nd: 1\n---\na: 1\n]\n]\n')).toEqual([
      expect.stringMatching(/^2:1 .*Tabs are not allowed/),
      expect.stringMatching(/^7:1 /),
    ]);
    expect(placesOf('a:\n  - b: 1\n   - c: 2\n     d: 3\ne: 1\n')).toHaveLength(1);
    expect(placesOf('? [a]\n: 1\n')).toEqual(['1:3 this is not valid YAML: The name of a field must be a text']);
  });

  it.each([
    ['metadata:\n  name: {{ .clusterName }}\nspec:\n  {{ .x }}: 1\n  y: {{.a}}.{{.b}}\n', 2, 9],
    ['spec:\n{{- range $z := .zones }}\n  - name: x\n{{- end }}\n', 2, 1],
    ['spec:\n  \x24{more}\n  a: 1\n', 2, 3],
    ['spec:\n  <% if x %>\n  a: 1\n  <% end %>\n', 2, 3],
    ['{{ .x }}: 1\n', 1, 1],
  ])('says once of a template that it is one: %j', (text, line, column) => {
    expect(readManifest(text, 'x.yaml').problems).toMatchObject([
      {
        kind: 'yaml',
        message: expect.stringContaining('this looks like a template; render it first (kops toolbox template)'),
        range: { start: { line, column } },
      },
    ]);
  });

  it('is no template where the marks stand elsewhere than the mistake, or in texts', () => {
    const { problems } = readManifest('a: "{{ .x }}"\nb: \x24{y}\nc: [1\n', 'x.yaml');
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).not.toContain('template');
    expect(kindsOf('a: "{{ .x }}"\nb: \x24{y}\n')).toEqual([]);
  });

  it('quotes nothing of the text in what it says of it', () => {
    const { problems } = readManifest('password: "hunter2\nother: *nowhere', 'x.yaml');
    expect(problems.length).toBeGreaterThan(0);
    expect(JSON.stringify(problems)).not.toMatch(/hunter2|nowhere/);
  });

  it('tells of fields that stand twice, once each', () => {
    const { problems } = readManifest('a: 1\nb:\n  c: 1\n  c: 2\na: 3\n', 'x.yaml');
    expect(problems.map(({ kind, range }) => [kind, range.start.line])).toEqual([
      ['duplicate-key', 4],
      ['duplicate-key', 5],
    ]);
  });

  it('is refused where it would exhaust the reader', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x,x]', ...'bcdefg'].map((line, index, all) =>
      index === 0
        ? line
        : `${line}: &${line} [${Array(10)
            .fill(`*${all[index - 1]?.[0]}`)
            .join(',')}]`,
    );
    expect(kindsOf(bomb.join('\n'))).toEqual(['alias-explosion']);
    expect(kindsOf('['.repeat(101) + ']'.repeat(101))).toEqual(['too-large']);
    for (const sign of ['[', '{', '- ', '? ']) {
      expect(kindsOf(sign.repeat(100_000))).toEqual(['too-large']);
    }
    expect(kindsOf('['.repeat(500) + ']'.repeat(500))).toEqual(['too-large']);
    expect(kindsOf('- [[]]\n'.repeat(1_001))).toEqual([]);
    expect(kindsOf(`[${'{ "a": 1 }, '.repeat(1_001)} 1]`)).toEqual([]);
    expect(kindsOf(`{\n${`${' '.repeat(600)}"a": 1,\n`.repeat(2).replace('"a"', '"b"')}}`)).toEqual([]);
    expect(kindsOf(`a: ${'x '.repeat(1_001)}`)).toEqual([]);
    expect(kindsOf(`a: "${'\\q'.repeat(21)}"`)).toEqual(['yaml']);
    expect(kindsOf(`a: "${'\\\\q\\n\\"'.repeat(100)}"`)).toEqual([]);
    expect(kindsOf(`a: &a 1\n${'b: *a\n---\na: &a 1\n'.repeat(1_001)}`)).toEqual(['alias-explosion']);
    expect(kindsOf('--- 1\n'.repeat(5_001))).toEqual(['too-large']);
    const stairs = Array.from({ length: 502 }, (_, level) => `${' '.repeat(level)}a:\n`).join('');
    expect(kindsOf(stairs)).toEqual(['too-large']);
    expect(kindsOf('a: 1\n'.repeat(200_000))).toEqual(['too-large']);
    expect(kindsOf(`a: ${'x'.repeat(maxManifestBytes)}`)).toEqual(['too-large']);
    expect(kindsOf(`a: ${'x'.repeat(1024 ** 2)}`)).toEqual([]);
    expect(kindsOf(`a: ${'x'.repeat(1024 ** 2 + 1)}`)).toEqual(['too-large']);
    expect(kindsOf(`a: |\n${'  x\n'.repeat(1024 ** 2)}`)).toEqual(['too-large']);
  });
});

describe('whatever bytes', () => {
  const head = 'apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nspec:\n';

  it('give findings or a clean answer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(validateManifests([{ file: 'x', text: Buffer.from(bytes).toString('utf8') }])).toHaveProperty(
          'findings',
        );
      }),
    );
  });

  it('give findings inside a cluster too, of any shape', () => {
    const names = fc.constantFrom(
      ...[
        'networking',
        'subnets',
        'etcdClusters',
        'cilium',
        'calico',
        'topology',
        'dns',
        'type',
        'name',
        'version',
        'kubelet',
      ],
      ...['cidr', '__proto__', 'constructor', 'cloudProvider', 'api', 'hooks', 'roles', 'spec', 'metadata', '0'],
    );
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom(null, true, 0, -1, 1.5, '', 'x', 'aws', '10.0.0.0/8', '::/0', 'None'),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(names, tie('node'), { maxKeys: 4 }),
      ),
    })).node;
    fc.assert(
      fc.property(value, fc.constantFrom('Cluster', 'InstanceGroup', 'Keyset'), (spec, kind) => {
        const text = JSON.stringify({ apiVersion: 'kops.k8s.io/v1alpha2', kind, metadata: { name: 'a.b' }, spec });
        expect(validateManifests([{ file: 'x', text }]).objects).toBe(1);
      }),
      { numRuns: 300 },
    );
  });

  it('give a finding for text that is cut off anywhere', () => {
    const text = `${head}  kubernetesVersion: "1.32.0"\n  etcdClusters:\n  - name: "main"\n`;
    for (let length = 0; length <= text.length; length += 1) {
      expect(validateManifests([{ file: 'x', text: text.slice(0, length) }])).toHaveProperty('findings');
    }
  });
});

import { describe, expect, it } from '@jest/globals';
import { validateManifests } from '../../lib/validation/validate-manifests.ts';

const head = 'apiVersion: kops.k8s.io/v1alpha2\n';
const of = (text: string, version?: { major: number; minor: number; patch: number }) =>
  validateManifests([{ file: 'x.yaml', text: head + text }], { rules: [], kopsVersion: version }).findings.map(
    ({ rule, severity, message, range, pointer }) => `${range.start.line} ${severity} ${rule} ${pointer} ${message}`,
  );

describe('fields', () => {
  it('that kOps does not know are found at their key, with the one that was meant', () => {
    expect(of('kind: InstanceGroup\nspec:\n  minSise: 1\n  whatever: 2\n')).toEqual([
      '4 error FIELD-UNKNOWN /spec/minSise spec.minSise: unknown field, which kOps drops in silence; did you mean "minSize"?',
      '5 warning FIELD-UNKNOWN /spec/whatever spec.whatever: unknown field, which kOps drops in silence',
    ]);
  });

  it('of a newer kOps are warnings', () => {
    const text = 'kind: InstanceGroup\nspec:\n  minSise: 1\n';
    expect(of(text, { major: 1, minor: 37, patch: 0 })[0]).toMatch(/^4 error/);
    expect(of(text, { major: 1, minor: 38, patch: 0 })[0]).toMatch(/^4 warning/);
  });

  it.each([
    ['kubernetesVersion: 1.30', 'expected a text, and this is a number with a fraction'],
    ['isolateMasters: "true"', 'expected true or false, and this is a text'],
    ['subnets: {}', 'expected a list, and this is a mapping'],
    ['subnets: [a]', 'expected a mapping, and this is a text'],
    ['cloudLabels: [a]', 'expected a mapping, and this is a list'],
    ['cloudLabels: { a: 1 }', 'expected a text, and this is a whole number'],
    ['kubeAPIServer: { logLevel: 2.5 }', 'expected a whole number, and this is a number with a fraction'],
    ['kubeAPIServer: { logLevel: 2147483648 }', 'expected a whole number'],
    ['kubeAPIServer: { cpuRequest: true }', 'expected a quantity, like "100m" or "256Mi", and this is true or false'],
  ])('of another type are found: %s', (line, message) => {
    expect(of(`kind: Cluster\nspec:\n  ${line}\n`)).toEqual([expect.stringContaining(message)]);
  });

  it.each(['""', '10', '"10"', '10 s', '1d', '1.5', 'true', '9223372036h'])(
    'that are durations are not %s',
    (value) => {
      expect(of(`kind: InstanceGroup\nspec:\n  kubelet:\n    nodeStatusUpdateFrequency: ${value}\n`)).toEqual([
        expect.stringContaining('nodeStatusUpdateFrequency: expected a duration, like "1m30s", and this is '),
      ]);
    },
  );

  it.each(['100 m', '1kB', '""', 'x', '1.2.3', '1e'])('that are quantities are not %s', (value) => {
    expect(of(`kind: Cluster\nspec:\n  kubeDNS: { cpuRequest: ${value} }\n`)).toEqual([
      expect.stringContaining('expected a quantity, like "100m" or "256Mi", and this is another text'),
    ]);
  });

  it('that are a number or a text are no fraction', () => {
    expect(of('kind: Cluster\nspec:\n  rollingUpdate: { maxSurge: 0.5 }\n')).toEqual([
      expect.stringContaining('expected a whole number or a text, and this is a number with a fraction'),
    ]);
  });

  it.each([
    'nodeStatusUpdateFrequency: 10',
    'nodeStatusUpdateFrequency: "10"',
    'nodeStatusUpdateFrequency: 1.5',
    'kubeReserved: { cpu: true }',
  ])('get no fix that kOps cannot read: %s', (line) => {
    const text = `${head}kind: InstanceGroup\nspec:\n  kubelet:\n    ${line}\n`;
    const { findings } = validateManifests([{ file: 'x', text }], { rules: [] });
    expect(findings.map(({ rule }) => rule)).toEqual(['FIELD-TYPE']);
    expect(findings.filter(({ fix }) => fix !== undefined && !line.includes('true'))).toEqual([]);
  });

  it.each([
    ...['10s', '"0"', '1m30s', '-1.5h', '.5s', '100ms', '5µs'].map(
      (value) => `kubelet: { nodeStatusUpdateFrequency: ${value} }`,
    ),
    ...['100m', '1', '0.5', '256Mi', '1e3', '"1E"', '12k', '-1', '.5Gi'].map(
      (value) => `kubeDNS: { cpuRequest: ${value} }`,
    ),
    ...['1', '25%', '"0"'].map((value) => `rollingUpdate: { maxSurge: ${value} }`),
    'kubernetesVersion: "1.30"',
    'isolateMasters: true',
    'subnets: null',
    'kubeAPIServer: { logLevel: 2147483647, cpuRequest: 100m }',
    'kubeAPIServer: { cpuRequest: 1 }',
    'cloudLabels: { a: "1" }',
  ])('of the right type are not: %s', (line) => {
    expect(of(`kind: Cluster\nspec:\n  ${line}\n`)).toEqual([]);
  });

  it('that must be there are missed, but for flags, which are false', () => {
    const env = 'kind: Cluster\nspec:\n  iam: {}\n  kubeAPIServer:\n    env:\n    - value: x\n';
    expect(of(env)).toEqual([
      '7 error FIELD-MISSING /spec/kubeAPIServer/env/0/name spec.kubeAPIServer.env[0].name: Required value',
    ]);
  });

  it('of keysets hold base64 and times', () => {
    const text =
      'kind: Keyset\nspec:\n  keys:\n  - id: "1"\n    publicMaterial: "not base64!"\n    distrustTimestamp: yesterday\n';
    expect(of(text)).toEqual([
      expect.stringContaining('expected a text in base64'),
      expect.stringContaining('expected a time'),
    ]);
    expect(
      of('kind: Keyset\nspec:\n  keys:\n  - publicMaterial: aGVsbG8=\n    distrustTimestamp: "2026-01-31T00:00:00Z"\n'),
    ).toEqual([]);
  });

  it('are not judged in other versions of the API, and other documents are passed over', () => {
    const text =
      'apiVersion: kops.k8s.io/v1alpha3\nkind: Cluster\nspec:\n  unknown: 1\n---\napiVersion: v1\nkind: Pod\nspec: {}\n';
    expect(validateManifests([{ file: 'x', text }], { rules: [] })).toMatchObject({
      findings: [{ rule: 'OBJECT-V1ALPHA3', severity: 'info', pointer: '/apiVersion' }],
      objects: 1,
    });
  });

  it('of the wrong type are not reported again by other rules', () => {
    const text = `${head}kind: Cluster\nmetadata: { name: a.b }\nspec:\n  kubernetesVersion: 1.30\n`;
    const { findings } = validateManifests([{ file: 'x', text }]);
    expect(findings.filter(({ pointer }) => pointer === '/spec/kubernetesVersion').map(({ rule }) => rule)).toEqual([
      'FIELD-TYPE',
    ]);
  });
});

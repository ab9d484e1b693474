import { describe, expect, it } from '@jest/globals';
import { validateManifests } from '../../lib/validation/validate-manifests.ts';

const found = (text: string): readonly string[] =>
  validateManifests([{ file: 'x.yaml', text }]).findings.map(
    ({ rule, severity, message, range }) => `${range.start.line} ${severity} ${rule} ${message}`,
  );

const whole = `kind: Addons
metadata:
  creationTimestamp: null
  name: bootstrap
spec:
  addons:
  - id: k8s-1.16
    manifest: a/k8s-1.16.yaml
    manifestHash: "00"
    name: a
    namespace: kube-system
    needsPKI: true
    needsRollingUpdate: all
    kubernetesVersion: ">=1.16.0"
    version: 1.0.0
    prune:
      kinds:
      - group: apps
        kind: Deployment
        labelSelector: a=b
        fieldSelector: c=d
        namespaces:
        - kube-system
    selector:
      k8s-addon: a
`;

describe('a channel of add-ons', () => {
  it('may have every field that kops-channels knows', () => {
    expect(found(whole)).toEqual([]);
    expect(validateManifests([{ file: 'x', text: whole }]).objects).toBe(1);
  });

  it('is found with unknown fields, at any depth', () => {
    expect(found(whole.replace('namespaces:', 'namespace:'))).toEqual([
      expect.stringMatching(/^22 error FIELD-UNKNOWN spec\.addons\[0\]\.prune\.kinds\[0\]\.namespace: .*"namespaces"/),
    ]);
    expect(found(whole.replace('    version: 1.0.0', '    zone: a'))).toEqual([
      '15 warning FIELD-UNKNOWN spec.addons[0].zone: unknown field, which kOps drops in silence',
    ]);
  });

  it.each([
    ['needsPKI: true', 'needsPKI: "true"', 'expected true or false'],
    ['version: 1.0.0', 'version: 1.0', 'expected a text'],
    ['k8s-addon: a', 'k8s-addon: 1', 'expected a text'],
    ['        - kube-system', '          a: b', 'expected a list'],
  ])('is found with fields of another type: %s', (right, wrong, message) => {
    expect(found(whole.replace(right, wrong))).toEqual([expect.stringContaining(`error FIELD-TYPE`)]);
    expect(found(whole.replace(right, wrong))[0]).toContain(message);
  });

  it('is found with an add-on that names no manifest', () => {
    expect(found('kind: Addons\nspec:\n  addons:\n  - name: a\n')).toEqual([
      '4 error FIELD-MISSING spec.addons[0].manifest: Required value',
    ]);
  });

  it('may be empty', () => {
    expect(found('kind: Addons\nspec: {}\n')).toEqual([]);
    expect(found('kind: Addons\nspec:\n  addons: []\n')).toEqual([]);
  });

  it('is looked at beside a cluster too', () => {
    const cluster = 'apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nmetadata: { name: c.example.com }\nspec: {}\n';
    const { findings } = validateManifests([
      { file: 'x', text: `${cluster}---\n${whole.replace('version:', 'versoin:')}` },
    ]);
    expect(findings.map(({ rule, object }) => [rule, object?.kind])).toContainEqual(['FIELD-UNKNOWN', 'Addons']);
  });

  it('has no apiVersion: with one it is a manifest like any other', () => {
    expect(validateManifests([{ file: 'x', text: `apiVersion: example.com/v1\n${whole}` }]).objects).toBe(0);
  });
});

import { describe, expect, it } from '@jest/globals';
import { validateManifests } from '../../lib/validation/validate-manifests.ts';

const object = (kind: string, name: string, labels?: Readonly<Record<string, string>>) => ({
  apiVersion: 'kops.k8s.io/v1alpha2',
  kind,
  metadata: { name, ...(labels === undefined ? {} : { labels }) },
});
const of = (cluster: string) => ({ 'kops.k8s.io/cluster': cluster });
const told = (objects: readonly object[], given = true) =>
  validateManifests([{ file: 'x.json', text: JSON.stringify(objects) }], { rules: [], given })
    .findings.filter(({ rule }) => rule.startsWith('CLUSTER-LABEL'))
    .map(({ rule, severity, pointer, message }) => [rule, severity, pointer, message.split(': ').slice(1).join(': ')]);

describe('the label that names the cluster', () => {
  it.each([
    ['InstanceGroup', 'instanceGroup'],
    ['SSHCredential', 'SSHCredential'],
  ])('must be there for %s, with a cluster beside it or without', (kind, noun) => {
    const detail = `Required value: must specify "kops.k8s.io/cluster" label with cluster name to create ${noun}`;
    const place = (index: number) => `/${index}/metadata/labels/kops.k8s.io~1cluster`;
    expect(told([object(kind, 'a')])).toEqual([['CLUSTER-LABEL-MISSING', 'error', place(0), detail]]);
    expect(told([object('Cluster', 'c'), object(kind, 'a', of(''))])).toEqual([
      ['CLUSTER-LABEL-MISSING', 'error', place(1), detail],
    ]);
  });

  it('is needed by nothing else, and not in a store', () => {
    expect(told([object('Cluster', 'c'), object('Keyset', 'k')])).toEqual([]);
    expect(told([object('InstanceGroup', 'a')], false)).toEqual([]);
    expect(told([object('Cluster', 'c'), object('InstanceGroup', 'a', of('d'))], false)).toEqual([]);
  });

  it('names a cluster that is there, where any is', () => {
    const clusters = [object('Cluster', 'prod.example.com'), object('Cluster', 'demo.example.com')];
    const [rule, severity, pointer] = ['CLUSTER-LABEL-UNKNOWN', 'warning', '/2/metadata/labels/kops.k8s.io~1cluster'];
    const unknown = 'no Cluster of these manifests has that name';
    expect(told([...clusters, object('InstanceGroup', 'a', of('dmeo.example.com'))])).toEqual([
      [rule, severity, pointer, `Not found: "dmeo.example.com": ${unknown}; did you mean "demo.example.com"?`],
    ]);
    expect(told([...clusters, object('InstanceGroup', 'a', of('elsewhere'))])).toEqual([
      [rule, severity, pointer, `Not found: "elsewhere": ${unknown}`],
    ]);
    expect(told([...clusters, object('InstanceGroup', 'a', of('demo.example.com'))])).toEqual([]);
    expect(told([object('InstanceGroup', 'a', of('elsewhere'))])).toEqual([]);
  });
});

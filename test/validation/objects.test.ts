import { describe, expect, it } from '@jest/globals';
import { validateManifests } from '../../lib/validation/validate-manifests.ts';

const group = (name: string, apiVersion = 'kops.k8s.io/v1alpha2', kind = 'InstanceGroup') => ({
  apiVersion,
  kind,
  metadata: { name, labels: { 'kops.k8s.io/cluster': 'c.example.com' } },
  spec: { role: 'node' },
});
const found = (data: unknown) =>
  validateManifests([{ file: 'x', text: typeof data === 'string' ? data : JSON.stringify(data) }]);

describe('objects in lists', () => {
  it.each([
    ['of kops get -o json', [group('a'), group('b')], '/1/spec/role'],
    ['of kubectl get', { apiVersion: 'v1', kind: 'List', items: [group('a'), group('b')] }, '/items/1/spec/role'],
    [
      'of one kind',
      { apiVersion: 'kops.k8s.io/v1alpha2', kind: 'InstanceGroupList', items: [group('a'), group('b')] },
      '/items/1/spec/role',
    ],
    ['of lists', { kind: 'List', items: [group('a')] }, '/items/0/spec/role'],
  ])('%s are judged, each in its place', (_name, data, pointer) => {
    const { findings } = found(data);
    expect(findings.at(-1)).toMatchObject({ rule: 'INSTANCE-GROUP-ROLE', pointer, fix: { pointer, value: 'Node' } });
  });

  it('belong together', () => {
    const cluster = {
      apiVersion: 'kops.k8s.io/v1alpha2',
      kind: 'Cluster',
      metadata: { name: 'c.example.com' },
      spec: {},
    };
    const { clusters, objects } = found([cluster, group('a')]);
    expect(objects).toBe(2);
    expect(clusters[0]?.instanceGroups.map(({ name }) => name)).toEqual(['a']);
  });
});

describe('the version and the kind of an object', () => {
  const told = (data: unknown) =>
    found(data)
      .findings.filter(({ rule }) => rule.startsWith('OBJECT-'))
      .map(({ rule, message, pointer }) => `${rule} ${pointer} ${message}`);

  it('are told where kOps has none of that name', () => {
    expect(told(group('a', 'kops.k8s.io/v1alpha4'))).toEqual([
      'OBJECT-UNKNOWN /apiVersion kOps has no version "kops.k8s.io/v1alpha4"; did you mean "kops.k8s.io/v1alpha2"?',
    ]);
    expect(told(group('a', 'kops.k8s.io/v1alpha2', 'InstanceGruop'))).toEqual([
      'OBJECT-UNKNOWN /kind kOps has no kind "InstanceGruop"; did you mean "InstanceGroup"?',
    ]);
    expect(told(group('a', 'kops.k8s.io/v1alpha2', 'Pod'))).toEqual([
      'OBJECT-UNKNOWN /kind kOps has no kind "Pod"; expected one of Cluster, InstanceGroup, Keyset, SSHCredential',
    ]);
  });

  it.each([
    ['kops.k8s.io/v1alpha1', '; did you mean "kops.k8s.io/v1alpha2"?'],
    ['kops.k8s.io/v1', '; expected kops.k8s.io/v1alpha2'],
    ['kops.k8s.io', '; expected kops.k8s.io/v1alpha2'],
    ['kop.k8s.io/v1alpha2', '; did you mean "kops.k8s.io/v1alpha2"?'],
    ['KOPS.k8s.io/v1alpha2', '; did you mean "kops.k8s.io/v1alpha2"?'],
    ['kops.x-k8s.io/v1alpha2', '; did you mean "kops.k8s.io/v1alpha2"?'],
    ['k8s.kops.io/v2', '; expected kops.k8s.io/v1alpha2'],
    ['v1alpha2', '; expected kops.k8s.io/v1alpha2'],
  ])('are told where the group is nearly that of kOps: %s', (apiVersion, hint) => {
    for (const kind of ['Cluster', 'InstanceGroup', 'Keyset', 'SSHCredential']) {
      expect(told(group('a', apiVersion, kind))).toEqual([
        `OBJECT-UNKNOWN /apiVersion kOps has no version ${JSON.stringify(apiVersion)}${hint}`,
      ]);
    }
    expect(told(group('a', apiVersion, 'Deployment')).filter(() => !apiVersion.startsWith('kops.k8s.io'))).toEqual([]);
  });

  it('are told where there is no version at all', () => {
    const { apiVersion: _, ...bare } = group('a');
    expect(told(bare)).toEqual([
      'OBJECT-UNKNOWN /apiVersion InstanceGroup without an apiVersion; expected kops.k8s.io/v1alpha2',
    ]);
    expect(told({ ...bare, kind: 'Deployment' })).toEqual([]);
    expect(told({ ...bare, apiVersion: 1 })).toEqual([]);
  });

  it.each([
    'cluster.x-k8s.io/v1beta1',
    'controlplane.cluster.x-k8s.io/v1beta2',
    'kind.x-k8s.io/v1alpha4',
    'k0sctl.k0sproject.io/v1beta1',
    'postgresql.cnpg.io/v1',
    'provisioning.cattle.io/v1',
    'management.cattle.io/v3',
    'k3k.io/v1alpha1',
    'eksctl.io/v1alpha5',
    'eks.services.k8s.aws/v1alpha1',
    'apps/v1',
  ])('are nothing to tell of for a Cluster of another group: %s', (apiVersion) => {
    expect(told(group('a', apiVersion, 'Cluster'))).toEqual([]);
  });

  it('are mended where only capitals are wrong', () => {
    expect(found(group('a', 'kops.k8s.io/v1alpha2', 'instancegroup')).findings[0]).toMatchObject({
      fix: { pointer: '/kind', value: 'InstanceGroup' },
    });
    expect(found(group('a', 'kops.k8s.io/v1alpha2', 'InstanceGrup')).findings[0]).not.toHaveProperty('fix');
  });

  it('are worth a remark for v1alpha3, whose rules are checked', () => {
    const { findings } = found(group('a', 'kops.k8s.io/v1alpha3'));
    expect(findings.map(({ rule, severity }) => [rule, severity])).toEqual([
      ['OBJECT-V1ALPHA3', 'info'],
      ['INSTANCE-GROUP-ROLE', 'error'],
    ]);
  });

  it('are nothing to tell of for what kOps has besides, and for what is not of kOps', () => {
    expect(told(group('a', 'kops.k8s.io/v1alpha2', 'Host'))).toEqual([]);
    expect(told(group('a', 'kops/v1alpha2'))).toEqual([]);
    expect(told(group('a', 'apps/v1', 'Deployment'))).toEqual([]);
    expect(told('1')).toEqual([]);
  });
});

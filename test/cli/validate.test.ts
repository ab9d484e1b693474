import { describe, expect, it } from '@jest/globals';
import { memoryStore } from './memory-store.ts';
import { statesync } from './run-cli.ts';
import { workingDirectory } from './working-directory.ts';

const config = `apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata:
  name: c.example.com
spec:
  cloudProvider: aws
  kubernetesVersion: 1.34.0
  subnets:
  - name: a
    type: Public
  etcdClusters:
  - name: main
    etcdMembers:
    - name: a
      instanceGroup: control-plane-a
`;
const group = (name: string, role: string, more = '') =>
  `apiVersion: kops.k8s.io/v1alpha2\nkind: InstanceGroup\nmetadata:\n  labels:\n    kops.k8s.io/cluster: c.example.com\n  name: ${name}\nspec:\n  role: ${role}\n  subnets:\n  - a\n${more}`;
const store = {
  'c.example.com/config': config,
  'c.example.com/instancegroup/control-plane-a': group('control-plane-a', 'Master'),
  'c.example.com/instancegroup/nodes': group('nodes', 'Node'),
  'd.example.com/config': config.replace('c.example.com', 'd.example.com').replace('1.34.0', 'latest'),
};
const wrong =
  'd.example.com/config:7:22: error KUBERNETES-VERSION: spec.kubernetesVersion: Invalid value: "latest": unable to determine kubernetes version';

describe('validate', () => {
  it('finds what is wrong in the clusters of a store', async () => {
    const { url } = await memoryStore(store);
    const { code, stdout, stderr } = await statesync(['validate', url]);
    expect(stdout).toContain(wrong);
    expect(stdout).toContain('files: 4, errors: 1, warnings: 0, remarks: 0\n');
    expect(stderr).toContain('c.example.com: 0 findings');
    expect(code).toBe(2);
  });

  it('is clean for the clusters that are asked for, by name or by place', async () => {
    const { url } = await memoryStore(store);
    expect(await statesync(['validate', url, '--cluster', 'c.*'])).toMatchObject({ code: 0 });
    const cwd = await workingDirectory(
      Object.fromEntries(Object.entries(store).map(([key, text]) => [`s/${key}`, text])),
    );
    expect(await statesync(['validate', './s/c.example.com'], { cwd })).toMatchObject({ code: 0 });
    expect(await statesync(['validate', './s'], { cwd })).toMatchObject({ code: 2 });
    expect(await statesync(['validate', '--state', `${cwd}/s`, '-q'], { cwd })).toMatchObject({ code: 2, stderr: '' });
  });

  it('takes manifests, together, from files and from stdin', async () => {
    const cwd = await workingDirectory({
      'cluster.yaml': config,
      'groups.yaml': `${group('nodes', 'Node')}---\n${group('x', 'Master')}`,
    });
    const { code, stdout } = await statesync(['validate', 'cluster.yaml', 'groups.yaml'], { cwd });
    expect(stdout).toContain('groups.yaml:17:9: error CONTROL-PLANE-WITHOUT-ETCD');
    expect(stdout).toContain('cluster.yaml:15:22: error ETCD-MEMBER-NOWHERE');
    expect(code).toBe(2);
    const stdin = (async function* () {
      yield Buffer.from(config.replace('1.34.0', 'latest'));
    })();
    expect(await statesync(['validate', '-'], { cwd, stdin })).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('<stdin>:7:22: error KUBERNETES-VERSION'),
    });
  });

  it('fails on warnings where that is asked for', async () => {
    const cwd = await workingDirectory({ 'g.yaml': group('nodes', 'Node', '  whatever: 1\n') });
    expect(await statesync(['validate', 'g.yaml'], { cwd })).toMatchObject({ code: 0 });
    expect(await statesync(['validate', 'g.yaml', '--fail-on', 'warning'], { cwd })).toMatchObject({ code: 2 });
  });

  it('judges as the kOps that wrote the store, or as another', async () => {
    const gossip = config.replaceAll('c.example.com', 'c.k8s.local');
    const { url } = await memoryStore({ 'c.k8s.local/config': gossip, 'c.k8s.local/kops-version.txt': '1.36.2\n' });
    expect(await statesync(['validate', url])).toMatchObject({ code: 0 });
    expect(await statesync(['validate', url, '--kops-version', '1.37.0'])).toMatchObject({ code: 2 });
    expect(await statesync(['validate', url, '--kops-version', 'newest'])).toMatchObject({ code: 3 });
  });

  it.each(['json', 'jsonl', 'yaml', 'sarif', 'junit', 'github', 'markdown'])('writes %s', async (format) => {
    const { url } = await memoryStore(store);
    const { code, stdout } = await statesync(['validate', url, '-o', format]);
    expect(stdout).toContain('KUBERNETES-VERSION');
    expect(code).toBe(2);
  });

  it('refuses formats of findings elsewhere, and what holds nothing of kOps', async () => {
    const { url } = await memoryStore({ 'README.txt': 'x' });
    expect(await statesync(['ls', url, '-o', 'sarif'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('-o sarif: only validate writes that'),
    });
    expect(await statesync(['validate', url])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('there is no cluster in'),
    });
    const cwd = await workingDirectory({ 'pod.yaml': 'apiVersion: v1\nkind: Pod\n' });
    expect(await statesync(['validate', 'pod.yaml'], { cwd })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('there is nothing of kOps in pod.yaml'),
    });
  });
});

describe('explain', () => {
  it('says what a rule is for, and lists all', async () => {
    const { code, stdout } = await statesync(['explain', 'etcd-member-count']);
    expect(stdout).toContain('ETCD-MEMBER-COUNT (error)\n\nEvery etcd cluster has an odd number of members.\n\n');
    expect(code).toBe(0);
    expect((await statesync(['explain'])).stdout).toContain('\nSUBNET-CIDR ');
  });

  it('proposes the rule that was meant', async () => {
    expect(await statesync(['explain', 'ETCD-MEMBR-COUNT'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('did you mean "ETCD-MEMBER-COUNT"?'),
    });
  });
});

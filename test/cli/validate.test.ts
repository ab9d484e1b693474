import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../lib/flow/clock.ts';
import { memoryStore } from './memory-store.ts';
import { Kept, statesync } from './run-cli.ts';
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
    zone: eu-west-1a
  networking:
    cilium: {}
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
    expect(stdout).toContain('files: 4, clusters: 2, instance groups: 2, errors: 1, warnings: 0, remarks: 0\n');
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

  it('tells on a terminal how far it is, and nothing when it is to be quiet', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 9 }, (_, index) => [
        `c${index}.example.com/config`,
        config.replace('c.example.com', `c${index}.example.com`),
      ]),
    );
    const { url } = await memoryStore(many);
    let now = 0;
    const clock = { ...systemClock, now: () => (now += 200) };
    const stderr = new Kept(true);
    await statesync(['validate', url], { stderr, clock });
    expect(stderr.text).toMatch(/\rvalidate █+░* \d+% \d\/9, \d+ findings?/);
    expect(stderr.text).not.toContain('c1.example.com: ');
    const quiet = new Kept(true);
    await statesync(['validate', url, '-q'], { stderr: quiet, clock });
    expect(quiet.text).toBe('');
  });

  it('says of a file that is too large that it is, without reading it', async () => {
    const cwd = await workingDirectory({ 'big.yaml': Buffer.alloc(11 * 1024 ** 2, 'a') });
    expect(await statesync(['validate', 'big.yaml'], { cwd })).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('error MANIFEST-TOO-LARGE: the file has more than 10 MiB'),
    });
    const stdin = (async function* () {
      for (;;) {
        yield Buffer.alloc(1024 ** 2, 'a');
      }
    })();
    expect(await statesync(['validate', '-'], { stdin })).toMatchObject({
      stdout: expect.stringContaining('MANIFEST-TOO-LARGE'),
    });
  });

  it('takes manifests, together, from files and from stdin', async () => {
    const cwd = await workingDirectory({
      'cluster.yaml': config,
      'groups.yaml': `${group('nodes', 'Node')}---\n${group('x', 'Master')}`,
    });
    const { code, stdout } = await statesync(['validate', 'cluster.yaml', 'groups.yaml'], { cwd });
    expect(stdout).toContain('groups.yaml:17:9: error CONTROL-PLANE-WITHOUT-ETCD');
    expect(stdout).toContain('cluster.yaml:18:22: error ETCD-MEMBER-NOWHERE');
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
      stderr: expect.stringContaining('-o sarif: only validate and doctor write that'),
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

describe('a directory of manifests', () => {
  const files = {
    'm/clusters/c.yaml': config,
    'm/groups/control-plane.yml': group('control-plane-a', 'Master'),
    'm/groups/nodes.json': JSON.stringify({
      apiVersion: 'kops.k8s.io/v1alpha2',
      kind: 'InstanceGroup',
      metadata: { name: 'nodes', labels: { 'kops.k8s.io/cluster': 'c.example.com' } },
      spec: { role: 'Node', subnets: ['a'] },
    }),
    'm/.git/x.yaml': 'a: [',
    'm/node_modules/x.yaml': 'a: [',
    'm/README.md': '# a: [',
  };

  it.each(['m', './m', 'm/'])('is judged as one set, below it too: %s', async (place) => {
    const cwd = await workingDirectory(files);
    const { code, stdout, stderr } = await statesync(['validate', place], { cwd });
    expect(stdout).toBe('files: 3, clusters: 1, instance groups: 2, errors: 0, warnings: 0, remarks: 0\n');
    expect(stderr).toContain(`${place} holds no cluster as a state store does; taken as manifests: 3 files`);
    expect(code).toBe(0);
  });

  it('names each file by the way from where one stands, and goes with files beside it', async () => {
    const cwd = await workingDirectory({ ...files, 'more.yaml': group('more', 'Nodes') });
    const { code, stdout } = await statesync(['validate', 'm/groups', 'm/clusters/c.yaml', 'more.yaml'], { cwd });
    expect(stdout).toContain('more.yaml:8:9: error INSTANCE-GROUP-ROLE');
    expect(stdout).toContain('files: 4, clusters: 1, instance groups: 3,');
    expect(code).toBe(2);
    const wrong = await workingDirectory({ 'm/c.yaml': config.replace('1.34.0', 'latest') });
    expect((await statesync(['validate', './m'], { cwd: wrong })).stdout).toMatch(
      /^m\/c\.yaml:7:22: error KUBERNETES-V/,
    );
  });

  it('is none where clusters lie in it, or nothing like a manifest', async () => {
    const cwd = await workingDirectory({ 's/c.example.com/config': config, 's/x.yaml': 'a: [', 'e/README.md': '' });
    expect(await statesync(['validate', './s'], { cwd })).toMatchObject({ code: 0 });
    expect(await statesync(['validate', './s/c.example.com'], { cwd })).toMatchObject({ code: 0 });
    expect(await statesync(['validate', './e'], { cwd })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('there is no cluster in ./e'),
    });
  });

  it.each(['nothere.yaml', './nothere.yaml', 'not/here.yaml'])('is to be there, as files are: %s', async (place) => {
    const cwd = await workingDirectory(files);
    expect(await statesync(['validate', place], { cwd })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(`there is no file or directory ${place}`),
    });
  });
});

describe('manifests for -f', () => {
  it('name the cluster of each instance group', async () => {
    const cwd = await workingDirectory({
      'c.yaml': config,
      'a.yaml': group('control-plane-a', 'Master').replace('    kops.k8s.io/cluster: c.example.com\n', ''),
      'b.yaml': group('nodes', 'Node').replace('c.example.com', 'c.exmaple.com'),
    });
    const { code, stdout } = await statesync(['validate', 'c.yaml', 'a.yaml', 'b.yaml'], { cwd });
    expect(stdout).toContain(
      'error CLUSTER-LABEL-MISSING: metadata.labels[kops.k8s.io/cluster]: Required value: must specify "kops.k8s.io/cluster" label with cluster name to create instanceGroup',
    );
    expect(stdout).toContain(
      'b.yaml:5:26: warning CLUSTER-LABEL-UNKNOWN: metadata.labels[kops.k8s.io/cluster]: Not found: "c.exmaple.com": no Cluster of these manifests has that name; did you mean "c.example.com"?',
    );
    expect(code).toBe(2);
  });

  it('need no label in a store', async () => {
    const { url } = await memoryStore(
      Object.fromEntries(
        Object.entries(store)
          .filter(([key]) => key.startsWith('c.'))
          .map(([key, text]) => [key, text.replace('    kops.k8s.io/cluster: c.example.com\n', '')]),
      ),
    );
    expect(await statesync(['validate', url])).toMatchObject({ code: 0 });
  });

  it('are told where instance groups come without their cluster', async () => {
    const cwd = await workingDirectory({ 'g.yaml': group('nodes', 'Node'), 'c.yaml': config });
    const note = 'instance groups without their cluster: name its manifest too';
    expect((await statesync(['validate', 'g.yaml'], { cwd })).stderr).toContain(note);
    expect((await statesync(['validate', 'g.yaml', 'c.yaml'], { cwd })).stderr).not.toContain(note);
    expect((await statesync(['validate', 'c.yaml'], { cwd })).stderr).not.toContain(note);
  });

  it('that are piped in and hold nothing are named as such', async () => {
    const stdin = (async function* () {
      yield Buffer.from('apiVersion: v1\nkind: Pod\n');
    })();
    expect(await statesync(['validate', '-'], { stdin })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('there is nothing of kOps in <stdin>: no Cluster'),
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
    expect(await statesync(['explain', 'x'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('"x"; statesync explain lists them'),
    });
  });

  it('proposes the rules that a part of an id may mean, those that begin with it first', async () => {
    const { code, stderr } = await statesync(['explain', 'etcd-control']);
    expect(stderr).toMatch(/"etcd-control"; did you mean "ETCD-CONTROL-[A-Z]+"( or "ETCD-CONTROL-[A-Z]+")*\?/);
    expect(code).toBe(3);
    const { stderr: many } = await statesync(['explain', 'subnet']);
    expect(many.match(/"[A-Z0-9-]+"/g)).toHaveLength(4);
    expect(many).toContain('did you mean "SUBNET-');
    expect((await statesync(['explain', 'MEMBER-COUNT'])).stderr).toContain('did you mean "ETCD-MEMBER-COUNT"?');
  });
});

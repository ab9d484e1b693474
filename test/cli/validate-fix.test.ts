import { chmod, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { textSource } from '../../lib/vfs/body.ts';
import { contents, memoryStore } from './memory-store.ts';
import { Kept, statesync } from './run-cli.ts';
import { workingDirectory } from './working-directory.ts';

const group = `# the workers
apiVersion: kops.k8s.io/v1alpha2
kind: InstanceGroup
metadata:
  name: nodes
  labels:
    kops.k8s.io/cluster: c.example.com
spec:
  role: node   # they work
  minSize: "1"
  maxSize: 2
`;
const mendedGroup = group.replace('role: node', 'role: Node').replace('"1"', '1');
const cluster = `apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata:
  name: c.example.com
spec:
  cloudProvider: aws
  kubernetesVersion: 1.34
  docker: {}
`;
const mendedCluster = cluster.replace('1.34', '"1.34"').replace('  docker: {}\n', '');
const key = 'c.example.com/instancegroup/nodes';

function answering(answer: string, asked: string[] = []) {
  return {
    ask: async (question: string) => {
      asked.push(question);
      return answer;
    },
  };
}

describe('validate --fix', () => {
  it('shows the change of a manifest, asks, writes it and judges again', async () => {
    const cwd = await workingDirectory({ 'g.yaml': group });
    const asked: string[] = [];
    const { code, stdout, stderr } = await statesync(['validate', 'g.yaml', '--fix'], {
      cwd,
      ...answering('y', asked),
    });
    expect(stderr).toContain('--- g.yaml\n+++ g.yaml\n@@ -6,6 +6,6 @@\n');
    expect(stderr).toContain(
      '-  role: node   # they work\n-  minSize: "1"\n+  role: Node   # they work\n+  minSize: 1\n',
    );
    expect(asked).toEqual(['Write 1 file? [y/N] ']);
    expect(stderr).toContain(
      '1 file written. No cluster changes by this alone; next:\n  kops replace -f g.yaml\n  kops update cluster',
    );
    expect(stdout).toBe('files: 1, clusters: 0, instance groups: 1, errors: 0, warnings: 0, remarks: 0\n');
    expect(code).toBe(0);
    expect(await readFile(join(cwd, 'g.yaml'), 'utf8')).toBe(mendedGroup);
    expect(await readdir(cwd)).toEqual(['g.yaml']);
  });

  it('changes nothing when the answer is no, or nobody can be asked', async () => {
    const cwd = await workingDirectory({ 'g.yaml': group });
    expect(await statesync(['validate', 'g.yaml', '--fix'], { cwd, ...answering('') })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Nothing was changed.'),
    });
    expect(await statesync(['validate', 'g.yaml', '--fix'], { cwd })).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/\+ {2}role: Node[\s\S]*nobody can be asked here; add --yes/),
    });
    expect(await readFile(join(cwd, 'g.yaml'), 'utf8')).toBe(group);
  });

  it('keeps the mode of a file, and writes through a link', async () => {
    const cwd = await workingDirectory({ 'real.yaml': group });
    await chmod(join(cwd, 'real.yaml'), 0o664);
    await symlink('real.yaml', join(cwd, 'link.yaml'));
    expect(await statesync(['validate', 'link.yaml', '--fix', '--yes'], { cwd })).toMatchObject({ code: 0 });
    expect(await readFile(join(cwd, 'real.yaml'), 'utf8')).toBe(mendedGroup);
    expect((await stat(join(cwd, 'real.yaml'))).mode & 0o777).toBe(0o664);
    expect(await readdir(cwd)).toEqual(['link.yaml', 'real.yaml']);
  });

  it('mends a store, with what objects carry besides, and says what kOps needs next', async () => {
    const store = await memoryStore({ 'c.example.com/config': cluster });
    await store.write(key, textSource(group), { headers: { contentType: 'text/plain' }, metadata: { owner: 'me' } });
    const { stderr } = await statesync(['validate', store.url, '--fix', '--yes']);
    expect(await contents(store)).toEqual({ 'c.example.com/config': mendedCluster, [key]: mendedGroup });
    expect(await store.stat(key)).toMatchObject({ headers: { contentType: 'text/plain' }, metadata: { owner: 'me' } });
    expect(stderr).toContain(`+++ ${store.url}/${key}\n`);
    expect(stderr).toContain(
      '2 files written. No cluster changes by this alone; next:\n  kops update cluster --name c.example.com --yes\n',
    );
    expect(stderr).not.toContain('kops replace');
  });

  it('mends a checkout of a store', async () => {
    const cwd = await workingDirectory({ 's/c.example.com/config': cluster });
    await statesync(['validate', './s', '--fix', '--yes'], { cwd });
    expect(await readFile(join(cwd, 's/c.example.com/config'), 'utf8')).toBe(mendedCluster);
  });

  it('writes nothing over a change of somebody else, writes the others, and ends with 5', async () => {
    const store = await memoryStore({ 'c.example.com/config': cluster, [key]: group });
    const theirs = group.replace('maxSize: 2', 'maxSize: 3');
    const ask = async () => {
      await store.write(key, textSource(theirs));
      return 'y';
    };
    const { code, stderr } = await statesync(['validate', store.url, '--fix'], { ask });
    expect(code).toBe(5);
    expect(stderr).toContain(
      `warning: ${store.url}/${key} was changed or removed by somebody else meanwhile; nothing of it was written`,
    );
    expect(await contents(store)).toEqual({ 'c.example.com/config': mendedCluster, [key]: theirs });
  });

  it('writes nothing over a change that came between the look and the diff', async () => {
    const store = await memoryStore({ 'c.example.com/config': 'x: 1\n', [key]: group });
    const stderr = new Kept(false, (text) => {
      if (text.includes('findings')) {
        void store.write(key, textSource(`${group}  image: x\n`));
      }
    });
    const { code } = await statesync(['validate', store.url, '--fix', '--yes'], { stderr });
    expect(code).toBe(5);
    expect((await contents(store))[key]).toBe(`${group}  image: x\n`);
  });

  it('writes nothing over a manifest that an editor saved meanwhile, nor over one that was removed', async () => {
    const cwd = await workingDirectory({ 'g.yaml': group });
    const ask = async () => {
      await writeFile(join(cwd, 'g.yaml'), `${group}# mine\n`);
      return 'y';
    };
    expect(await statesync(['validate', 'g.yaml', '--fix'], { cwd, ask })).toMatchObject({ code: 5 });
    expect(await readFile(join(cwd, 'g.yaml'), 'utf8')).toBe(`${group}# mine\n`);
    expect(await readdir(cwd)).toEqual(['g.yaml']);
  });

  it('refuses a store that cannot write under a condition, before anything is written', async () => {
    const store = await memoryStore({ 'c.example.com/config': cluster });
    const cwd = await workingDirectory({
      'statesync.yaml': `version: 1\nstores:\n  weak: { url: "${store.url}", capabilities: { writeIfMatch: false } }\n`,
    });
    expect(await statesync(['validate', 'weak', '--fix', '--yes'], { cwd })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('cannot write under a condition'),
    });
    expect(await contents(store)).toEqual({ 'c.example.com/config': cluster });
  });

  it('warns of a replica, whose source would undo it', async () => {
    const source = await memoryStore({ 'c.example.com/config': cluster });
    const replica = await memoryStore();
    await statesync(['sync', source.url, replica.url, '--yes', '--sensitive', 'include', '--gate', 'off']);
    const { stderr } = await statesync(['validate', replica.url, '--fix', '--yes']);
    expect(stderr).toContain(`is a replica of ${source.url}: mend it there`);
    expect((await replica.stat('c.example.com/config')).metadata).toEqual({});
  });

  it('leaves alone what a waiver accepts, what has no certain fix, and what is not UTF-8', async () => {
    const cwd = await workingDirectory({
      'g.yaml': group,
      'latin.yaml': Buffer.from(`${group}# caf\u00e9\n`, 'latin1'),
      'statesync.yaml':
        'version: 1\nstores: {}\nwaivers:\n  - { rule: INSTANCE-GROUP-ROLE, reason: x, expires: 9999-12-31 }\n  - { rule: FIELD-TYPE, reason: x, expires: 9999-12-31 }\n',
    });
    expect(await statesync(['validate', 'g.yaml', '--fix', '--yes'], { cwd })).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Nothing of this can be mended with certainty.'),
    });
    await writeFile(join(cwd, 'statesync.yaml'), 'version: 1\nstores: {}\n');
    const before = await readFile(join(cwd, 'latin.yaml'));
    expect(await statesync(['validate', 'latin.yaml', '--fix', '--yes'], { cwd })).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('latin.yaml:12:6: error YAML-SYNTAX: this is not UTF-8, which kOps cannot read'),
      stderr: expect.stringContaining('Nothing of this can be mended with certainty.'),
    });
    expect((await readFile(join(cwd, 'latin.yaml'))).equals(before)).toBe(true);
  });

  it('says what it cannot do', async () => {
    const stdin = (async function* () {
      yield Buffer.from(group);
    })();
    expect(await statesync(['validate', '-', '--fix'], { stdin })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('what is piped in cannot be written back'),
    });
    expect(await statesync(['validate', 'x', '--yes'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('--yes belongs to --fix'),
    });
  });
});

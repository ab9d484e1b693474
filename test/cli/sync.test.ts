import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import type { Outcome } from '../../lib/replication/outcome.ts';
import type { Store } from '../../lib/vfs/store.ts';
import { contents, memoryStore, sampleObjects } from './memory-store.ts';
import { Kept, statesync } from './run-cli.ts';
import { workingDirectory } from './working-directory.ts';

const command = 'c/backups/etcd/main/control/2026-01-31T04:00:00Z-000000/_command.json';
const cluster = {
  'c/config': 'kind: Cluster\n',
  'c/instancegroup/nodes': 'kind: InstanceGroup\n',
  'c/secrets/kube': '{"Data":"c2VjcmV0"}',
};
/** These stand in for a configuration: kOps would not take them. */
const ungated = ['--gate', 'off'];

const changesOf = (stdout: string) => {
  const { outcomes } = JSON.parse(stdout) as { readonly outcomes: readonly Outcome[] };
  return outcomes.map(({ kind, key }) => `${kind} ${key}`).sort();
};

async function configOf(stores: Readonly<Record<string, Store>>, routes = ''): Promise<string> {
  const entries = Object.entries(stores).map(([name, { url }]) => `  ${name}: { url: "${url}" }\n`);
  return workingDirectory({ 'statesync.yaml': `version: 1\nstores:\n${entries.join('')}${routes}` });
}

describe('sync', () => {
  it('makes a store equal to another, and then has nothing to do', async () => {
    const from = await memoryStore(await sampleObjects('memfs://state'));
    const to = await memoryStore();
    const first = await statesync(['sync', from.url, to.url, '--yes']);
    expect(first.stdout).toMatch(/^OUTCOME {6}OBJECTS +SIZE\nwritten +106 +\d+\.\d KiB\nnot-carried +1\n$/);
    expect(first.stderr).toContain(`from    ${from.url}\nto      ${to.url}\npolicy  by hand\nplan    106 objects, `);
    expect(first.code).toBe(0);
    const { [keyOfCommand(await contents(from))]: _, ...carried } = await contents(from);
    expect(await contents(to)).toEqual(carried);
    const again = await statesync(['sync', from.url, to.url, '--yes']);
    expect(again).toMatchObject({
      code: 0,
      stdout: 'OUTCOME      OBJECTS  SIZE\nin-sync          106\nnot-carried        1\n',
    });
    expect((await statesync(['verify', from.url, to.url])).code).toBe(0);
  });

  it('never copies a command to etcd-manager, and refuses to be asked for one', async () => {
    const [from, to] = [await memoryStore({ ...cluster, [command]: '{}' }), await memoryStore()];
    await statesync(['sync', ...ungated, from.url, to.url, '--yes']);
    expect(Object.keys(await contents(to))).toEqual(Object.keys(cluster));
    const { code, stderr } = await statesync([
      'sync',
      ...ungated,
      from.url,
      to.url,
      '--yes',
      '--class',
      'etcd-command',
    ]);
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr:
        'error: --class etcd-command: a command to etcd-manager is never copied, since it would be carried out again; leave it out\n',
    });
  });

  it('tells with --dry-run what it would do, by the same decisions, and changes nothing', async () => {
    const from = await memoryStore({ ...cluster, 'c/secrets/new': 'x', 'c/backups/etcd/main/b/etcd.backup.gz': 'gz' });
    const to = await memoryStore({ ...cluster, 'c/instancegroup/nodes': 'old', 'c/instancegroup/gone': 'x' });
    const before = await contents(to);
    const dry = await statesync(['sync', ...ungated, from.url, to.url, '--dry-run', '--delete', '-o', 'json']);
    expect(dry.code).toBe(2);
    expect(await contents(to)).toEqual(before);
    const real = await statesync(['sync', ...ungated, from.url, to.url, '--yes', '--delete', '-o', 'json']);
    expect(real.code).toBe(0);
    expect(changesOf(dry.stdout)).toEqual(changesOf(real.stdout));
    expect(changesOf(real.stdout)).toEqual([
      'deleted c/instancegroup/gone',
      'written c/backups/etcd/main/b/etcd.backup.gz',
      'written c/instancegroup/nodes',
      'written c/secrets/new',
    ]);
    expect(await statesync(['sync', ...ungated, from.url, to.url, '--dry-run'])).toMatchObject({ code: 0 });
  });

  it('shows a dry run as a table', async () => {
    const [from, to] = [await memoryStore(cluster), await memoryStore({ 'c/config': 'kind: Cluster\n' })];
    const { stdout } = await statesync([
      'sync',
      ...ungated,
      from.url,
      to.url,
      '--dry-run',
      '--exclude-class',
      'secret',
    ]);
    expect(stdout).toBe(
      [
        'OUTCOME           KEY                    DETAIL',
        'would be written  c/instancegroup/nodes  20 B',
        '',
        'OUTCOME           OBJECTS  SIZE',
        'in-sync                 1',
        'would be written        1  20 B',
        'not-carried             1',
        '',
      ].join('\n'),
    );
  });

  it('deletes nothing unless it is told to, and then keeps what replicas keep', async () => {
    const surplus = { 'c/instancegroup/gone': 'x', 'c/secrets/gone': 'x', 'c/addons/gone.yaml': 'x' };
    const [from, to] = [await memoryStore(cluster), await memoryStore({ ...cluster, ...surplus })];
    const kept = await statesync(['sync', ...ungated, from.url, to.url, '--yes']);
    expect(kept.stderr).toContain('3 only in TO, kept, since --delete was not given');
    expect(kept.code).toBe(0);
    expect(await contents(to)).toEqual({ ...cluster, ...surplus });
    const { code, stdout } = await statesync(['sync', ...ungated, from.url, to.url, '--yes', '--delete', '-o', 'json']);
    expect(changesOf(stdout)).toEqual([
      'deleted c/addons/gone.yaml',
      'deleted c/instancegroup/gone',
      'retained c/secrets/gone',
    ]);
    expect(code).toBe(0);
    expect(Object.keys(await contents(to)).sort()).toEqual([...Object.keys(cluster), 'c/secrets/gone'].sort());
  });

  it('deletes nothing where more is to be deleted than the brake allows', async () => {
    const groups = Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`c/igconfig/node/${n}/x.yaml`, 'x']));
    const [from, to] = [await memoryStore(cluster), await memoryStore({ ...cluster, ...groups })];
    const braked = await statesync(['sync', ...ungated, from.url, to.url, '--yes', '--delete']);
    expect(braked.stdout).toContain('braked        16');
    expect(braked.code).toBe(2);
    expect(Object.keys(await contents(to))).toHaveLength(19);
    const more = await statesync(['sync', ...ungated, from.url, to.url, '--yes', '--delete', '--max-deletes', '16']);
    expect(more.code).toBe(0);
    expect(Object.keys(await contents(to))).toHaveLength(3);
  });

  it('asks before it changes anything, and needs --yes where nobody can be asked', async () => {
    const [from, to] = [await memoryStore(cluster), await memoryStore()];
    const nobody = await statesync(['sync', ...ungated, from.url, to.url]);
    expect(nobody).toEqual({
      code: 3,
      stdout: '',
      stderr: 'error: nobody can be asked here; add --yes to carry it out, or --dry-run to see what would happen\n',
    });
    const asked: string[] = [];
    const answering = (answer: string) => ({
      ask: async (question: string) => {
        asked.push(question);
        return answer;
      },
    });
    const no = await statesync(['sync', ...ungated, from.url, to.url], answering(''));
    expect(no).toMatchObject({ code: 1, stdout: '' });
    expect(await contents(to)).toEqual({});
    expect((await statesync(['sync', ...ungated, from.url, to.url], answering('y'))).code).toBe(0);
    expect(await contents(to)).toEqual(cluster);
    expect((await statesync(['sync', ...ungated, from.url, to.url], answering('y'))).code).toBe(0);
    expect(asked).toEqual(['Carry this out? [y/N] ', 'Carry this out? [y/N] ']);
  });

  it('takes a cluster named on one side for both, and keeps keys in their places', async () => {
    const other = { 'd/config': 'kind: Cluster\n' };
    const [prod, replica] = [await memoryStore({ ...cluster, ...other }), await memoryStore()];
    const cwd = await configOf({ prod, replica });
    expect((await statesync(['sync', ...ungated, 'prod/c', replica.url, '--yes'], { cwd })).code).toBe(0);
    expect(await contents(replica)).toEqual(cluster);
    const refused = async (a: string, b: string) =>
      (await statesync(['sync', ...ungated, a, b, '--yes'], { cwd })).stderr;
    expect(await refused('prod/c', 'replica/d')).toContain('prod/c and replica/d name different clusters');
    expect(await refused('prod/c', `${replica.url}/c`)).toContain('ends in c, which the other side names already');
    expect((await statesync(['sync', ...ungated, 'prod/c', 'replica/c', '--yes'], { cwd })).code).toBe(0);
  });

  it('carries the clusters that a glob names, and nothing else', async () => {
    const [from, to] = [await memoryStore({ ...cluster, 'd/config': 'x', 'README.txt': 'x' }), await memoryStore()];
    await statesync(['sync', ...ungated, from.url, to.url, '--yes', '--cluster', 'd,e*']);
    expect(Object.keys(await contents(to))).toEqual(['d/config']);
    const none = await statesync(['sync', ...ungated, from.url, to.url, '--yes', '--cluster', 'nobody']);
    expect(none).toMatchObject({ code: 0 });
    expect(none.stderr).toContain('warning: nothing in FROM is meant by these options');
  });

  it('follows the route that leads from one store to the other, and only narrows it', async () => {
    const [prod, replica] = [await memoryStore({ ...cluster, 'd/config': 'x' }), await memoryStore()];
    const routes =
      'routes:\n  - { name: main, from: prod, clusters: [c], brake: { deletes: 0 }, to: [{ store: replica, classes: { exclude: [secret] } }] }\n';
    const cwd = await configOf({ prod, replica }, routes);
    const { code, stderr } = await statesync(['sync', ...ungated, 'prod', 'replica', '--yes', '--delete'], { cwd });
    expect(code).toBe(0);
    expect(stderr).toContain('policy  route main\n');
    expect(Object.keys(await contents(replica))).toEqual(['c/config', 'c/instancegroup/nodes']);
    await prod.delete('c/instancegroup/nodes');
    const braked = await statesync(['sync', ...ungated, 'prod', 'replica', '--yes', '--delete'], { cwd });
    expect(braked.stdout).toMatch(/^braked +1$/m);
  });

  it('ends with 6 when the user gives up on the way, and goes on from there', async () => {
    const objects = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`c/addons/${n + 10}.yaml`, 'x']));
    const [from, to] = [await memoryStore({ 'c/config': 'x', ...objects }), await memoryStore()];
    const gaveUp = new AbortController();
    let time = 0;
    const stderr = new Kept(true, (text) => {
      if (text.includes('10/41')) {
        gaveUp.abort();
      }
    });
    const clock = { now: () => (time += 1000), sleep: async () => {} };
    const { code } = await statesync(['sync', ...ungated, from.url, to.url, '--yes', '--concurrency', '1'], {
      ...{ stderr, clock, signal: gaveUp.signal },
    });
    expect(code).toBe(6);
    expect(stderr.text).toMatch(
      /warning: stopped; at least \d+ objects changed, and the same command goes on from here\n$/,
    );
    const written = Object.keys(await contents(to)).length;
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThan(41);
    expect((await statesync(['sync', ...ungated, from.url, to.url, '--yes'])).code).toBe(0);
    expect(Object.keys(await contents(to))).toHaveLength(41);
  });

  it('ends with 4 where the destination does not let it write', async () => {
    const server = createServer((request, response) => {
      const isList = request.method === 'GET' && request.url?.includes('list-type=2') === true;
      response.writeHead(isList ? 200 : ['PUT', 'POST', 'DELETE'].includes(request.method ?? '') ? 403 : 404, {
        'content-type': 'application/xml',
      });
      const denied = '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>';
      const empty = '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>';
      response.end(isList ? empty : denied);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const from = await memoryStore({ 'c/config': 'x' });
    const env = {
      S3_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      S3_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      S3_SECRET_ACCESS_KEY: 'not-shown',
    };
    const ran = await statesync(['sync', ...ungated, from.url, 's3://closed', '--yes', '--sensitive', 'include'], {
      env,
    });
    server.close();
    server.closeAllConnections();
    expect(ran.stdout).toMatch(/^failed {3}c\/config {2}/m);
    expect(ran.code).toBe(4);
    expect(ran.stdout + ran.stderr).not.toContain('not-shown');
  });
});

function keyOfCommand(objects: Readonly<Record<string, string>>): string {
  return Object.keys(objects).find((key) => key.endsWith('/_command.json')) ?? '';
}

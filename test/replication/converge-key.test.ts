import { describe, expect, it } from '@jest/globals';
import { stampOf } from '../../lib/replication/stamp.ts';
import { textSource } from '../../lib/vfs/body.ts';
import { cluster, contents, createPair, signal } from './pair.ts';

const key = `${cluster}/addons/coredns.addons.k8s.io/k8s-1.12.yaml`;

describe.each(['unique', 'content'] as const)('converge of one key, %s revisions', (revisions) => {
  const create = () => createPair({ memory: { revisions } });

  it('brings a new object in four requests: two looks, the write, a last look', async () => {
    const pair = create();
    await pair.put(key, 'one');
    expect(await pair.converge(key)).toEqual([{ kind: 'written', key, bytes: 3 }]);
    expect(pair.requests()).toEqual(['destination stat', 'source read', 'destination write', 'source stat']);
    expect(await contents(pair.destination)).toEqual({ [key]: 'one' });
  });

  it('brings a changed object in four requests', async () => {
    const pair = create();
    await pair.put(key, 'one');
    await pair.converge(key);
    await pair.put(key, 'two');
    pair.requests();
    expect(await pair.converge(key)).toEqual([{ kind: 'written', key, bytes: 3 }]);
    expect(pair.requests()).toEqual(['destination stat', 'source read', 'destination write', 'source stat']);
    expect(await contents(pair.destination)).toEqual({ [key]: 'two' });
  });

  it('answers a duplicate in two requests', async () => {
    const pair = create();
    await pair.put(key, 'one');
    await pair.converge(key);
    pair.requests();
    expect(await pair.converge(key)).toEqual([{ kind: 'in-sync', key, by: 'stamp' }]);
    expect(pair.requests()).toEqual(['destination stat', 'source read']);
  });

  it('deletes what is gone in four requests, and one look at the cluster', async () => {
    const pair = create();
    await pair.put(`${cluster}/config`, 'c');
    await pair.put(key, 'one');
    await pair.converge(key);
    await pair.remove(key);
    pair.requests();
    expect(await pair.converge(key)).toEqual([{ kind: 'deleted', key }]);
    const clusterLook = 'source stat';
    expect(pair.requests()).toEqual([
      'destination stat',
      'source read',
      clusterLook,
      'destination delete',
      'source stat',
    ]);
  });

  it('deletes a key of no cluster in four requests, and two looks for one', async () => {
    const pair = create();
    await pair.put('note.txt', 'one');
    await pair.converge('note.txt');
    await pair.remove('note.txt');
    pair.requests();
    expect(await pair.converge('note.txt')).toEqual([{ kind: 'deleted', key: 'note.txt' }]);
    const looksAtClusters = 2; // Is there a cluster at the root of the store, at either end?
    expect(pair.requests()).toHaveLength(4 + looksAtClusters);
  });

  it('looks at a cluster once for many deletes', async () => {
    const pair = create();
    await pair.put(`${cluster}/config`, 'c');
    const keys = Array.from({ length: 5 }, (_, i) => `${cluster}/addons/a/${i}.yaml`);
    await Promise.all(keys.map((name) => pair.put(name, 'x')));
    await pair.converge(...keys);
    await Promise.all(keys.map(pair.remove));
    pair.requests();
    await pair.converge(...keys);
    expect(pair.requests()).toHaveLength(5 * 4 + 1);
  });

  it('says that both ends have nothing in two requests', async () => {
    const pair = create();
    expect(await pair.converge(key)).toEqual([{ kind: 'in-sync', key, by: 'absence' }]);
    expect(pair.requests()).toHaveLength(2);
  });

  it('adopts an equal object that somebody else copied, and writes nothing', async () => {
    const pair = create();
    await pair.put(key, 'one');
    await pair.destination.write(key, textSource('one'));
    expect(await pair.converge(key)).toEqual([{ kind: 'in-sync', key, by: 'sha256' }]);
    expect((await pair.destination.stat(key)).metadata).toEqual({});
  });

  it('carries content headers and user metadata, and adds the stamp', async () => {
    const pair = create();
    const headers = { contentType: 'text/yaml', cacheControl: 'no-cache', contentEncoding: 'gzip' };
    await pair.source.write(key, textSource('one'), {
      headers,
      metadata: { owner: 'platform', 'statesync-store': 's3://older' },
    });
    const stat = await pair.source.stat(key);
    await pair.converge(key);
    const replica = await pair.destination.stat(key);
    expect(replica.headers).toEqual(headers);
    const sha256 = '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed'; // of `one`
    expect(replica.metadata).toEqual({ owner: 'platform', ...stampOf('memfs://source', stat, stat.checksums) });
    expect(replica.metadata['statesync-sha256']).toBe(sha256);
  });

  it('refuses to write an object back to where it came from', async () => {
    const pair = create();
    const metadata = stampOf('memfs://destination', { key, revision: 'r', size: 3 } as never, {});
    await pair.source.write(key, textSource('one'), { metadata });
    const [outcome] = await pair.converge(key);
    expect(outcome).toMatchObject({ kind: 'failed', code: 'Loop', retryable: false });
    expect(await contents(pair.destination)).toEqual({});
  });

  it('mends a replica that somebody changed', async () => {
    const pair = create();
    await pair.put(key, 'one');
    await pair.converge(key);
    await pair.destination.write(key, textSource('bad'));
    expect(await pair.converge(key)).toMatchObject([{ kind: 'written' }]);
    expect(await contents(pair.destination)).toEqual({ [key]: 'one' });
  });

  it('is idempotent', async () => {
    const pair = create();
    await pair.put(key, 'one');
    await pair.converge(key);
    const before = await pair.destination.stat(key);
    await pair.converge(key);
    expect(await pair.destination.stat(key)).toEqual(before);
  });
});

describe('what a route does not carry', () => {
  it('is neither read nor deleted: an etcd-manager command', async () => {
    const pair = createPair();
    const command = `${cluster}/backups/etcd/main/control/2026-01-31T04:00:00Z-000000/_command.json`;
    await pair.put(command, '{}');
    await pair.destination.write(command, textSource('{"old":1}'));
    expect(await pair.converge(command)).toMatchObject([{ kind: 'not-carried' }]);
    expect(pair.requests()).toEqual([]);
    await pair.reconcile();
    expect(await contents(pair.destination)).toEqual({ [command]: '{"old":1}' });
  });

  it("is never one of the project's own objects, nor a directory marker", async () => {
    const pair = createPair();
    expect(await pair.converge('.statesync/tmp/x', 'c.example.com/addons/')).toMatchObject([
      { kind: 'not-carried' },
      { kind: 'not-carried' },
    ]);
    expect(pair.requests()).toEqual([]);
  });
});

describe('a pair of stores that cannot promise to never go back', () => {
  const weak = { memory: { capabilities: { deleteIfMatch: false } } };

  it('is refused, with what it lacks', () => {
    expect(() => createPair(weak)).toThrow(/memfs:\/\/destination has no conditional delete/);
  });

  it('is served for one writer at a time when that is accepted', async () => {
    const pair = createPair({ ...weak, unguarded: true });
    await pair.put('note.txt', 'x');
    await pair.converge('note.txt');
    await pair.remove('note.txt');
    expect(await pair.converge('note.txt')).toMatchObject([{ kind: 'deleted' }]);
  });
});

it('ends as a failure that may pass when the time is over', async () => {
  const pair = createPair();
  await pair.put(key, 'one');
  const outcomes = await pair.replicator.converge([key], AbortSignal.abort());
  expect(outcomes.get(key)).toMatchObject([{ kind: 'failed', code: 'Aborted', retryable: true }]);
  expect(signal.aborted).toBe(false);
});

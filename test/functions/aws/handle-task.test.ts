import { describe, expect, it } from '@jest/globals';
import { prefixesToReconcile } from '../../../functions/aws/reconcile-prefixes.ts';
import { resolveRoute } from '../../../lib/config/resolve.ts';
import { encodeTask } from '../../../lib/events/task.ts';
import { cluster, contents, createPair, signal } from '../../replication/pair.ts';
import { faultsByRule } from '../../support/faults.ts';
import { key, nothingFailed, notification, surroundings } from './batch.ts';

describe('a task to reconcile', () => {
  const task = { route: 'prod', destination: 'replica', prefix: `${cluster}/`, depth: 0 };

  it('reconciles its prefix and nothing else', async () => {
    const pair = createPair();
    await pair.put(key, 'one');
    await pair.put('other.example.com/addons/a/b.yaml', 'two');
    const { handle, lines } = surroundings(pair);
    expect(await handle(encodeTask(task))).toEqual(nothingFailed);
    expect(await contents(pair.destination)).toEqual({ [key]: 'one' });
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'reconciled', prefix: task.prefix, outcomes: { written: 1 } }),
    );
  });

  it('for the empty prefix reconciles the whole store', async () => {
    const pair = createPair();
    await pair.put(key, 'one');
    await pair.put('note.txt', 'two');
    expect(await surroundings(pair).handle(encodeTask({ ...task, prefix: '' }))).toEqual(nothingFailed);
    expect(await contents(pair.destination)).toEqual({ [key]: 'one', 'note.txt': 'two' });
  });

  it('for every part of a source mends every lost event', async () => {
    const pair = createPair();
    const keys = [
      `${cluster}/config`,
      'gone.example.com/addons/a/b.yaml',
      'etcd-store/main/2026-01-31T04:00:00Z-000012/etcd.backup.gz',
      'openid/v1/jwks',
      'note.txt',
    ];
    await Promise.all(keys.map((name) => pair.put(name, name)));
    const route = resolveRoute({ name: 'prod', from: 'prod', to: [{ store: 'replica' }] });
    const prefixes = await prefixesToReconcile(pair.source, route, signal);
    await surroundings(pair).handle(...prefixes.map((prefix) => encodeTask({ ...task, prefix })));
    expect(await contents(pair.destination)).toEqual(await contents(pair.source));
  });

  it.each(['PermissionDenied', 'NotFound', 'Unknown'] as const)(
    'comes again when a listing failed with %s',
    async (code) => {
      const faults = faultsByRule([{ operation: 'list', fault: { kind: 'error', code } }]);
      const { handle, late } = surroundings(createPair({ destinationLayers: [faults.layer] }));
      expect(await handle(encodeTask(task))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
      expect(late).toEqual(['m0']);
    },
  );

  it('that crashes comes again, beside the messages that do not', async () => {
    const pair = createPair();
    await pair.put(key, 'one');
    const { handle, late, lines } = surroundings(pair, {
      replicator: { ...pair.replicator, reconcile: async () => Promise.reject(new TypeError('hunter2')) },
    });
    expect(await handle(encodeTask(task), notification(key))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm0' }],
    });
    expect(late).toEqual(['m0']);
    expect(JSON.stringify(lines)).toContain('TypeError');
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  it('comes again when a listing failed', async () => {
    const faults = faultsByRule([{ operation: 'list', fault: { kind: 'error', code: 'Unavailable' } }]);
    const { handle } = surroundings(createPair({ sourceLayers: [faults.layer] }));
    expect(await handle(encodeTask(task))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
  });

  it('for another route or destination is never carried out', async () => {
    const pair = createPair();
    await pair.put(key, 'one');
    const { handle, dead } = surroundings(pair);
    await handle(encodeTask({ ...task, route: 'dev' }), encodeTask({ ...task, destination: 'offsite' }));
    expect(dead).toHaveLength(2);
    expect(await contents(pair.destination)).toEqual({});
  });
});

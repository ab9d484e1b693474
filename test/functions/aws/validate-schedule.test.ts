import { describe, expect, it } from '@jest/globals';
import { encodeJudgeTask } from '../../../lib/events/judge-task.ts';
import { VfsError } from '../../../lib/vfs/errors.ts';
import { badConfig, cluster, goodCluster } from '../../findings/watched.ts';
import { notification } from './batch.ts';
import { settle, validateWorld } from './validate-world.ts';

const config = `${cluster}/config`;
const judgeAll = encodeJudgeTask({ task: 'judge-all', store: 'prod' });

describe('the schedule', () => {
  it('has every cluster judged again at once, and its metrics written, though nothing changed', async () => {
    const world = await validateWorld();
    await world.put(config, badConfig);
    await world.pass(2 * settle);
    world.metrics.length = 0;
    await world.clock.sleep(900_000);
    world.enqueue(judgeAll);
    await world.pass(2);
    const values = world.metrics.map((line) => JSON.parse(line) as { Cluster: string; HeldSeconds: number });
    expect(values.map((value) => value.Cluster)).toEqual([cluster]);
    expect(values[0]?.HeldSeconds).toBeGreaterThan(900);
    expect(world.heard).toHaveLength(1);
  });

  it('finds what comes with time alone', async () => {
    const backup = `${cluster}/backups/etcd/main/2026-03-01T12:00:00Z-000001`;
    const [data, meta] = [`${backup}/etcd.backup.gz`, `${backup}/_etcd_backup.meta`];
    const world = await validateWorld({ ...goodCluster, [data]: 'x', [meta]: '{}' });
    world.enqueue(judgeAll);
    await world.pass(2 * settle);
    expect((await world.latest())?.findings.map(({ rule }) => rule)).not.toContain('BACKUP-STALE');
    await world.clock.sleep(3_600_000);
    world.enqueue(judgeAll);
    await world.pass(2);
    expect((await world.latest())?.findings.map(({ rule }) => rule)).toContain('BACKUP-STALE');
    await world.clock.sleep(3_600_000);
    world.enqueue(judgeAll);
    await world.pass(2);
    expect(world.heard.filter(({ new: added }) => added.some(({ rule }) => rule === 'BACKUP-STALE'))).toHaveLength(1);
  });

  it('is not repeated by its messages when they fail, but by itself', async () => {
    const clusters = () =>
      Promise.reject(new VfsError({ code: 'Unavailable', operation: 'list', target: 't', reason: 'r' }));
    const world = await validateWorld(goodCluster, { clusters });
    world.enqueue(judgeAll);
    world.enqueue(encodeJudgeTask({ task: 'judge', store: 'prod', cluster, isDue: true, depth: 1 }));
    world.source.list = () => {
      throw new VfsError({ code: 'PermissionDenied', operation: 'list', target: 't', reason: 'denied' });
    };
    await world.pass(3);
    expect(world.counts().waiting).toBe(0);
    expect(world.lines.filter(({ level }) => level === 'error').map(({ event }) => event)).toEqual([
      'cluster not judged',
      'clusters not found',
    ]);
  });
});

describe('a recipient that cannot be told', () => {
  it('is an error in the log, holds no message back, and is told with the next look', async () => {
    let fails = true;
    const told: string[] = [];
    const tell = async () => {
      if (fails) {
        throw new Error('the webhook (env:HOOK) answered 500');
      }
      told.push('told');
    };
    const world = await validateWorld(goodCluster, { recipients: [{ id: 'webhook:env:HOOK', tell }] });
    await world.put(config, badConfig);
    await world.pass(2 * settle);
    expect(world.counts().waiting).toBe(0);
    expect(world.lines.filter(({ event }) => event === 'recipient not told')).toEqual([
      expect.objectContaining({ level: 'error', recipient: 'webhook:env:HOOK', cluster }),
    ]);
    fails = false;
    world.enqueue(judgeAll);
    await world.pass(2);
    world.enqueue(judgeAll);
    await world.pass(2);
    expect(told).toEqual(['told']);
  });

  it('is told when the function died between its record and the notification', async () => {
    const world = await validateWorld();
    const tell = world.surroundings.recipients.map(({ id }) => ({
      id,
      tell: () => Promise.reject(new Error('as if the process had died')),
    }));
    const dying = await validateWorld(goodCluster, { recipients: tell, records: world.records, source: world.source });
    await world.put(config, badConfig);
    dying.enqueue(notification(config));
    await dying.pass(2 * settle);
    expect((await world.latest())?.untold).toHaveLength(2);
    await world.pass(2); // The message comes to another instance.
    expect(world.heard).toHaveLength(1);
    expect((await world.latest())?.untold).toBeUndefined();
  });
});

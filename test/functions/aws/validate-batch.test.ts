import { describe, expect, it } from '@jest/globals';
import { encodeJudgeTask } from '../../../lib/events/judge-task.ts';
import { encodeTask } from '../../../lib/events/task.ts';
import { VfsError } from '../../../lib/vfs/errors.ts';
import { badConfig, cluster, goodCluster, goodConfig } from '../../findings/watched.ts';
import { seededRandom } from '../../support/faults.ts';
import { notification } from './batch.ts';
import { settle, validateWorld } from './validate-world.ts';

const config = `${cluster}/config`;
const judgeAll = encodeJudgeTask({ task: 'judge-all', store: 'prod' });

describe('an event', () => {
  it('has its cluster judged once it has been quiet for long enough, not before', async () => {
    const { put, pass, latest, heard } = await validateWorld();
    await put(config, badConfig);
    await pass(settle);
    expect(await latest()).toBeUndefined();
    await pass(1);
    expect((await latest())?.counts.error).toBeGreaterThan(0);
    expect(heard).toHaveLength(1);
  });

  it('in the middle of a kops command raises nothing', async () => {
    const { put, pass, heard, lines } = await validateWorld();
    await put(config, badConfig);
    await pass(settle - 5);
    await put(config, goodConfig);
    await pass(5 * settle);
    expect(heard).toEqual([]);
    expect(lines.filter(({ event }) => event === 'cluster judged')).toHaveLength(1);
  });

  it.each([`${cluster}/backups/etcd/main/2026-03-01T12:15:00Z-000002/etcd.backup.gz`, 'notes.txt'])(
    'of %s asks for no look where the function says so',
    async (key) => {
      const { enqueue, pass, requests, surroundings } = await validateWorld({}, { clusterOf: () => undefined });
      enqueue(notification(key));
      await pass(2);
      expect(requests).toEqual([]);
      expect(surroundings.clusterOf({ bucket: 'state', key, change: 'created', cause: 'c' })).toBeUndefined();
    },
  );

  it('in the middle of a slow kops delete cluster raises nothing, though nothing there is new', async () => {
    const backups = Array.from(
      { length: 3 },
      (_, i) => `${cluster}/backups/etcd/main/2026-03-01T1${i}:00:00Z-00000${i}`,
    );
    const files = backups.flatMap((name) => [`${name}/_etcd_backup.meta`, `${name}/etcd.backup.gz`]);
    const world = await validateWorld({ ...goodCluster, ...Object.fromEntries(files.map((key) => [key, 'x'])) });
    world.enqueue(judgeAll);
    await world.pass(2 * settle);
    const before = world.heard.length;
    for (const key of [...files.toReversed(), ...Object.keys(goodCluster)]) {
      await world.source.delete(key); // The data of a backup first, so that its meta is an error for a moment.
      world.enqueue(notification(key).replace('ObjectCreated:Put', 'ObjectRemoved:Delete'));
      await world.pass(40);
    }
    await world.pass(3 * settle);
    expect(await world.latest()).toMatchObject({ state: 'gone' });
    const raised = world.heard.slice(before).flatMap(({ new: added }) => added.map(({ rule }) => rule));
    expect(raised).toEqual([]);
  });

  it('of a cluster that is gone takes its findings away', async () => {
    const { put, pass, latest, source, enqueue, heard, metrics } = await validateWorld();
    await put(config, badConfig);
    await pass(2 * settle);
    for (const key of Object.keys(goodCluster)) {
      await source.delete(key);
      enqueue(notification(key).replace('ObjectCreated:Put', 'ObjectRemoved:Delete'));
    }
    await pass(2 * settle);
    expect(await latest()).toMatchObject({ state: 'gone', findings: [] });
    expect(JSON.parse(metrics.at(-1) ?? '')).toMatchObject({ Errors: 0, HeldSeconds: 0 });
    metrics.length = 0;
    enqueue(judgeAll);
    await pass(2);
    expect(metrics).toEqual([]);
    expect(heard.at(-1)).toMatchObject({ state: 'gone', new: [] });
    expect(heard.at(-1)?.gone.length).toBeGreaterThan(0);
  });
});

describe('a burst of events', () => {
  /** What `kops update cluster` writes in a few seconds, delivered as it comes. */
  async function burst(world: Awaited<ReturnType<typeof validateWorld>>, objects = 100, seconds = 10) {
    for (let i = 0; i < objects; i += 1) {
      await world.put(`${cluster}/addons/addon-${i}/k8s.yaml`, `v: ${i}`);
      if (i % (objects / seconds) === 0) {
        await world.pass(1);
      }
    }
  }

  it('costs one judgement, and a listing for each batch of it', async () => {
    const world = await validateWorld();
    await burst(world);
    await world.pass(4 * settle);
    expect(world.lines.filter(({ event }) => event === 'cluster judged')).toHaveLength(1);
    const operations = world.requests
      .filter(({ operation }) => operation !== 'write')
      .map(({ operation }) => operation);
    expect(operations.filter((operation) => operation === 'read')).toHaveLength(Object.keys(goodCluster).length);
    expect(operations.filter((operation) => operation === 'list').length).toBeLessThanOrEqual(35);
    expect(world.counts().sent).toBeLessThanOrEqual(25);
    expect(world.counts().waiting).toBe(0);
  });

  it('that never ends is judged all the same, after eight times as long as is quiet', async () => {
    const world = await validateWorld();
    for (let i = 0; i < 9 * settle; i += 5) {
      await world.put(config, `${badConfig}# ${i}\n`);
      await world.pass(5);
    }
    const judged = world.lines.filter(({ event }) => event === 'cluster judged');
    expect(judged.length).toBeGreaterThanOrEqual(1);
    expect((await world.latest())?.counts.error).toBeGreaterThan(0);
  });

  it('that ends while backups go on is judged', async () => {
    const world = await validateWorld();
    await world.put(config, badConfig);
    for (let i = 0; i < 4; i += 1) {
      const directory = `${cluster}/backups/etcd/main/2026-03-01T12:0${i}:00Z-00000${i}`;
      await world.source.write(
        `${directory}/etcd.backup.gz`,
        (await import('../../../lib/vfs/body.ts')).textSource('x'),
      );
      await world.pass(50);
    }
    await world.pass(3 * settle);
    expect((await world.latest())?.counts.error).toBeGreaterThan(0);
    expect(world.heard).toHaveLength(1);
  });
});

describe('messages that come twice, late, in another order, or never', () => {
  it.each([1, 2, 3, 4, 5, 6])('end in the findings of what is there, told once for each change (%i)', async (seed) => {
    const random = seededRandom(seed);
    const world = await validateWorld();
    world.mischief.copies = () => 1 + Math.floor(random() * 3);
    for (let i = 0; i < 12; i += 1) {
      world.mischief.reverse = random() < 0.5;
      const isBad = i === 11 ? seed % 2 === 0 : random() < 0.5;
      await world.put(config, `${isBad ? badConfig : goodConfig}# ${i}\n`);
      await world.pass(Math.ceil(random() * 2.2 * settle));
    }
    await world.pass(10 * settle);
    expect(world.counts().waiting).toBe(0);
    expect(world.dead).toEqual([]);
    const invalid = (await world.latest())?.invalidSince !== undefined;
    expect(invalid).toBe(seed % 2 === 0);
    // Each notification turns the last one round: none is doubled, none is left out.
    expect(world.heard.map(({ new: added }) => added.length > 0)).toEqual(world.heard.map((_, i) => i % 2 === 0));
    expect(world.heard.length % 2 === 1).toBe(invalid);
  });

  it('are mended by the schedule where they are lost', async () => {
    const world = await validateWorld();
    world.mischief.copies = () => 0;
    await world.put(config, badConfig);
    await world.pass(2 * settle);
    expect(await world.latest()).toBeUndefined();
    world.mischief.copies = () => 1;
    world.enqueue(judgeAll);
    await world.pass(2 * settle);
    expect((await world.latest())?.counts.error).toBeGreaterThan(0);
    expect(world.heard).toHaveLength(1);
  });
});

describe('a message', () => {
  it('of an event comes again while its cluster cannot be read, and is judged when it can', async () => {
    const world = await validateWorld();
    const { list } = world.source;
    world.source.list = () => {
      throw new VfsError({ code: 'PermissionDenied', operation: 'list', target: 't', reason: 'denied' });
    };
    await world.put(config, badConfig);
    await world.pass(30);
    expect(world.counts().waiting).toBe(1);
    world.source.list = list;
    await world.pass(3 * settle);
    expect(world.heard).toHaveLength(1);
  });

  it.each([
    ['poison', 'the message is no JSON'],
    [
      encodeTask({ route: 'r', destination: 'd', prefix: '', depth: 0 }),
      'the task is a reconcile, and this function validates',
    ],
    [
      encodeJudgeTask({ task: 'judge-all', store: 'other' }),
      'the task is for the store other, and this function validates prod',
    ],
  ])('that can never succeed goes to the dead-letter queue: %s', async (body, reason) => {
    const world = await validateWorld();
    world.enqueue(body);
    await world.pass(2);
    expect(world.dead).toEqual([reason]);
    expect(world.counts().waiting).toBe(0);
  });

  it('with a strange record beside good ones is worked on, and goes there too', async () => {
    const world = await validateWorld();
    const body = JSON.parse(notification(config)) as { Records: unknown[] };
    body.Records.push({ eventSource: 'aws:s3', eventVersion: '2.1', eventName: 'ObjectCreated:Put', s3: {} });
    world.enqueue(JSON.stringify(body));
    await world.pass(2 * settle);
    expect(world.dead).toHaveLength(1);
    expect(await world.latest()).toBeDefined();
  });
});

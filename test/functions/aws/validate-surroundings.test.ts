import { describe, expect, it } from '@jest/globals';
import { createValidateSurroundings } from '../../../functions/aws/validate-surroundings.ts';
import type { Configured } from '../../../functions/runtime.ts';
import { resolveConfig } from '../../../lib/config/resolve.ts';
import type { Config } from '../../../lib/config/schema.ts';
import type { ObjectEvent } from '../../../lib/events/object-event.ts';
import { textSource } from '../../../lib/vfs/body.ts';
import { createMemoryDriver } from '../../../lib/vfs/memory/driver.ts';
import { Store } from '../../../lib/vfs/store.ts';

const { signal } = new AbortController();

const file: Config = {
  version: 1,
  control: 's3://control',
  validate: { settle: 30, notify: [{ sns: 'arn:aws:sns:eu-west-1:111111111111:t' }, { webhook: { env: 'HOOK' } }] },
  stores: { prod: { url: 's3://state/kops' }, replica: { url: 's3://replica' }, other: { url: 's3://other' } },
  routes: [
    { name: 'prod', from: 'prod', clusters: ['*.prod.example.com', 'tests/*'], to: [{ store: 'replica' }] },
    { name: 'other', from: 'other', to: [{ store: 'replica' }] },
  ],
};

async function start(changes: Readonly<Record<string, string>> = {}, stated: Partial<Config> = {}) {
  const { control: _none, ...rest } = { ...file, ...stated };
  const config = resolveConfig({
    ...rest,
    ...(stated.control === undefined && 'control' in stated ? {} : { control: 's3://control' }),
  });
  const source = new Store(createMemoryDriver({ url: 'memfs://state' }));
  const control = new Store(createMemoryDriver({ url: 'memfs://control' }));
  const sent: unknown[] = [];
  const configured: Configured = {
    environment: {
      STATESYNC_STORE: 'prod',
      STATESYNC_QUEUE_URL: 'queue',
      STATESYNC_DEAD_LETTER_URL: 'dead letters',
      AWS_REGION: 'eu-west-1',
      ...changes,
    },
    config,
    write: () => {},
    logger: () => ({ log: () => {} }),
    open: async () => source,
    openControl: async () => (config.control === undefined ? undefined : control),
  };
  const queues = {
    deadLetter: async (...args: readonly unknown[]) => void sent.push(['dead letter', ...args]),
    putOff: async (...args: readonly unknown[]) => void sent.push(['put off', ...args]),
    send: async (...args: readonly unknown[]) => void sent.push(['send', ...args]),
  };
  return { source, control, sent, surroundings: await createValidateSurroundings(configured, queues) };
}

const event = (bucket: string, key: string): ObjectEvent => ({ bucket, key, change: 'created', cause: 'c' });

describe('the surroundings of validation', () => {
  it('know the cluster of an event, where a route of the store carries it', async () => {
    const { clusterOf } = (await start()).surroundings;
    const a = 'a.prod.example.com';
    expect(clusterOf(event('state', `kops/${a}/config`))).toBe(a);
    expect(clusterOf(event('state', `kops/${a}/pki/private/ca/keyset.yaml`))).toBe(a);
    expect(clusterOf(event('state', 'kops/tests/b/instancegroup/nodes'))).toBe('tests/b');
    expect(clusterOf(event('state', 'kops/c.test.example.com/config'))).toBeUndefined();
    expect(clusterOf(event('state', `${a}/config`))).toBeUndefined();
    expect(clusterOf(event('other', `${a}/config`))).toBeUndefined();
  });

  it('let alone what comes every few minutes, and what belongs to no cluster', async () => {
    const { clusterOf } = (await start()).surroundings;
    const backup = 'kops/a.prod.example.com/backups/etcd/main/2026-01-31T04:00:00Z-000012';
    for (const key of [`${backup}/etcd.backup.gz`, `${backup}/_etcd_backup.meta`, 'kops/README.txt']) {
      expect(clusterOf(event('state', key))).toBeUndefined();
    }
    expect(
      clusterOf(event('state', 'kops/a.prod.example.com/backups/etcd/main/control/etcd-cluster-spec')),
    ).toBeDefined();
  });

  it('judge by the clock what is there and what was, of what routes carry', async () => {
    const { surroundings, source } = await start();
    for (const cluster of ['a.prod.example.com', 'b.test.example.com']) {
      await source.write(`${cluster}/config`, textSource('x'));
    }
    const common = { version: 1, store: 's', state: 'gone', judgedAt: 't', fingerprint: 'f', findings: [] } as const;
    const counts = { error: 0, warning: 0, info: 0, waived: 0 };
    await surroundings.records.write({ ...common, counts, cluster: 'gone.prod.example.com' }, undefined, signal);
    expect((await surroundings.clusters(signal)).toSorted()).toEqual(['a.prod.example.com', 'gone.prod.example.com']);
  });

  it('read where other clusters lie only where there are several', async () => {
    const { surroundings, source } = await start();
    const put = (cluster: string) =>
      source.write(
        `${cluster}/config`,
        textSource(`kind: Cluster\nspec: { configBase: s3://state/kops/${cluster} }\n`),
      );
    await put('a.prod.example.com');
    expect(await surroundings.others(signal)).toEqual([]);
    await put('b.test.example.com');
    expect((await surroundings.others(signal)).map(({ name }) => name)).toEqual([
      'a.prod.example.com',
      'b.test.example.com',
    ]);
  });

  it('lead to the queues, and to those who are told, the history first', async () => {
    const { surroundings, sent } = await start();
    const record = { messageId: 'm', receiptHandle: 'r', body: '', attributes: {} };
    await surroundings.send(['a'], 30);
    await surroundings.deadLetter(record, 'why');
    await surroundings.putOff(record);
    expect(sent).toEqual([
      ['send', 'queue', ['a'], 30],
      ['dead letter', 'dead letters', record, 'why'],
      ['put off', 'queue', record],
    ]);
    expect(surroundings.recipients.map(({ id }) => id)).toEqual([
      'history',
      'sns:arn:aws:sns:eu-west-1:111111111111:t',
      'webhook:env:HOOK',
    ]);
    expect(surroundings.settle).toBe(30);
  });

  it.each([
    [
      { STATESYNC_STORE: 'nowhere' },
      {},
      'STATESYNC_STORE names "nowhere", and the configuration does not ask to validate it',
    ],
    [{}, { control: undefined }, 'the configuration names no control store, where findings are kept'],
    [{ STATESYNC_QUEUE_URL: '' }, {}, 'the environment variable STATESYNC_QUEUE_URL is empty'],
  ])('are refused with %j and %j, with what to do', async (variables, stated, message) => {
    await expect(start(variables, stated as never)).rejects.toThrow(message);
  });
});

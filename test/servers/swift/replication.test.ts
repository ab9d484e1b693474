import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeSampleStore } from '../../../examples/sample-store.ts';
import { systemClock } from '../../../lib/flow/clock.ts';
import type { Outcome } from '../../../lib/replication/outcome.ts';
import { createReplicator } from '../../../lib/replication/replicator.ts';
import { compose } from '../../../lib/vfs/driver.ts';
import { retry } from '../../../lib/vfs/layers/retry.ts';
import { timeout } from '../../../lib/vfs/layers/timeout.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { StoreDefinition } from '../../../lib/vfs/store-definition.ts';
import { openDriver } from '../../../lib/vfs/swift/open.ts';
import { defaultPolicy } from '../../replication/pair.ts';
import { type LocalCloud, startLocalCloud } from '../../vfs/s3/local-cloud.ts';
import { environmentOf, swiftEndpointOf } from './endpoint.ts';
import { type PlainClient, plainClient } from './plain-client.ts';
import { knownSwift } from './quirks.ts';

const endpoint = swiftEndpointOf(process.env);
const backups = 'prod.k8s.example.com/backups/etcd/main/2026-01-01T00:00:00Z-000009/';
const instanceGroup = 'prod.k8s.example.com/instancegroup/';
const signal = new AbortController().signal;

/** A store as the product opens it and as a plain client sees it. */
interface Side {
  readonly store: Store;
  put(key: string, body: Uint8Array): Promise<void>;
  remove(key: string): Promise<void>;
  get(key: string): Promise<Uint8Array>;
  keys(): Promise<readonly string[]>;
}

let cloud: LocalCloud;
let client: PlainClient;
let sample: Side;
let first: Side;
let second: Side;
let back: Side;

beforeAll(async () => {
  cloud = await startLocalCloud();
  client = await plainClient(endpoint, endpoint.member);
  [sample, back, first, second] = await Promise.all([s3Side('state'), s3Side('back'), swiftSide(), swiftSide()]);
  await writeSampleStore((key, body) => sample.put(key, body), {
    stateStore: 's3://state',
    now: new Date(),
    rsaBits: 1024,
  });
  // Beyond the part size.
  await sample.put(`${backups}etcd.backup.gz`, randomBytes(20 * 1024 ** 2));
  await sample.put(`${backups}_etcd_backup.meta`, Buffer.from('{}'));
});

afterAll(async () => {
  await Promise.all([sample, first, second, back].map(({ store }) => store.close()));
  await cloud.close();
});

describe(`replication with ${knownSwift.title}`, () => {
  it('brings the sample store there, from the embedded S3, byte for byte', async () => {
    expect(await reconcile(sample, first)).toEqual({ written: await carriedCount(sample), 'not-carried': 1 });
    await expectReplica(sample, first);
  });

  it('finds nothing to do the second time', async () => {
    expect(await reconcile(sample, first)).toEqual({ 'in-sync': await carriedCount(sample), 'not-carried': 1 });
  });

  it('goes on from one container to another, byte for byte', async () => {
    expect(await reconcile(first, second)).toEqual({ written: await carriedCount(sample) });
    await expectReplica(first, second);
  });

  it('brings a change and a delete', async () => {
    const [key = '', other = ''] = (await sample.keys()).filter((one) => one.startsWith(instanceGroup));
    await sample.put(key, Buffer.from('changed: true\n'));
    await sample.remove(other);
    expect(await reconcile(sample, first)).toMatchObject({ written: 1, deleted: 1 });
    await expectReplica(sample, first);
  });

  it('goes back to S3, byte for byte', async () => {
    await reconcile(second, back);
    await expectReplica(second, back);
  });
});

async function s3Side(bucket: string): Promise<Side> {
  await cloud.createBucket(bucket);
  const { admin } = cloud;
  return {
    store: cloud.store({ url: `s3://${bucket}` }),
    put: async (Key, Body) => void (await admin.send(new PutObjectCommand({ Bucket: bucket, Key, Body }))),
    remove: async (Key) => void (await admin.send(new DeleteObjectCommand({ Bucket: bucket, Key }))),
    get: async (Key) => {
      const { Body } = await admin.send(new GetObjectCommand({ Bucket: bucket, Key }));
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    },
    keys: async () => {
      const { Contents = [], IsTruncated } = await admin.send(new ListObjectsV2Command({ Bucket: bucket }));
      expect(IsTruncated).not.toBe(true);
      return Contents.map(({ Key = '' }) => Key);
    },
  };
}

async function swiftSide(): Promise<Side> {
  const container = `statesync-test-${randomUUID()}`;
  await client.make(container);
  return {
    store: await openSwift({ url: `swift://${container}` }),
    put: (key, body) => client.put(container, key, body),
    remove: (key) => client.remove(container, key),
    get: (key) => client.get(container, key),
    keys: async () => (await client.names(container)).filter((name) => !name.startsWith('.statesync/')),
  };
}

/** As the product opens it, but for the table of schemes. */
async function openSwift(definition: StoreDefinition): Promise<Store> {
  const environment = environmentOf(endpoint, endpoint.member);
  const driver = await openDriver(definition, { environment, clock: systemClock });
  const retries = retry({ attempts: 4, baseMs: 100, maxMs: 5_000, random: Math.random, clock: systemClock });
  return new Store(compose(driver, timeout(60_000), retries));
}

/** Reconciles as a single worker, and counts the outcomes by kind. */
async function reconcile(from: Side, to: Side): Promise<Partial<Record<Outcome['kind'], number>>> {
  const replicator = createReplicator({
    policy: defaultPolicy,
    clock: systemClock,
    brake: { deletes: 10, prunedBackups: 10 },
    source: from.store,
    destination: to.store,
    unguarded: true,
  });
  const counts: Partial<Record<Outcome['kind'], number>> = {};
  const failures: Outcome[] = [];
  const report = (outcome: Outcome) => {
    counts[outcome.kind] = (counts[outcome.kind] ?? 0) + 1;
    failures.push(...(outcome.kind === 'failed' ? [outcome] : []));
  };
  await replicator.reconcile('', report, signal);
  expect(failures).toEqual([]);
  return counts;
}

/** Reads both to the last byte with plain clients. Only the command to etcd-manager stays behind. */
async function expectReplica(from: Side, to: Side): Promise<void> {
  const wanted = (await digests(from)).filter(([key]) => !key.endsWith('/_command.json'));
  expect(wanted.length).toBeGreaterThan(80);
  expect(await digests(to)).toEqual(wanted);
}

async function digests(side: Side): Promise<readonly (readonly [key: string, sha256: string])[]> {
  const found: (readonly [string, string])[] = [];
  for (const key of await side.keys()) {
    found.push([
      key,
      createHash('sha256')
        .update(await side.get(key))
        .digest('hex'),
    ]);
  }
  return found;
}

async function carriedCount(side: Side): Promise<number> {
  return (await side.keys()).filter((key) => !key.endsWith('/_command.json')).length;
}

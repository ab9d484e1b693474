import { createHash, randomBytes } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeSampleStore } from '../../../examples/sample-store.ts';
import { systemClock } from '../../../lib/flow/clock.ts';
import { guaranteeOf } from '../../../lib/replication/guarantee.ts';
import type { Outcome } from '../../../lib/replication/outcome.ts';
import { createReplicator } from '../../../lib/replication/replicator.ts';
import { type OpenOptions, openStore } from '../../../lib/vfs/open.ts';
import { probeStore } from '../../../lib/vfs/probe.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import { defaultPolicy } from '../../replication/pair.ts';
import { type LocalCloud, startLocalCloud } from '../../vfs/s3/local-cloud.ts';
import { s3EndpointOf } from './endpoint.ts';
import { type S3Place, type S3Store, s3Places } from './places.ts';
import { knownServer } from './quirks.ts';

const server = knownServer(process.env['STATESYNC_TEST_SERVER']);
const backups = 'prod.k8s.example.com/backups/etcd/main/2026-01-01T00:00:00Z-000009/';
const instanceGroup = 'prod.k8s.example.com/instancegroup/';
const signal = new AbortController().signal;

/** A store as the product opens it and as a plain client sees it. */
interface Side {
  readonly store: Store;
  readonly client: S3Client;
  readonly bucket: string;
  readonly prefix: string;
}

let cloud: LocalCloud;
let sample: Side;

beforeAll(async () => {
  cloud = await startLocalCloud();
  await cloud.createBucket('state');
  const environment = { AWS_ENDPOINT_URL: cloud.endpoint, AWS_REGION: 'us-east-1', ...keysOf(cloud) };
  const store = await openStore({ url: 's3://state' }, { environment, clock: systemClock });
  sample = { store, client: cloud.admin, bucket: 'state', prefix: '' };
  await writeSampleStore((key, body) => put(sample, key, body), {
    stateStore: 's3://state',
    now: new Date(),
    rsaBits: 1024,
  });
  // Beyond the part size.
  await put(sample, `${backups}etcd.backup.gz`, randomBytes(20 * 1024 ** 2));
  await put(sample, `${backups}_etcd_backup.meta`, Buffer.from('{}'));
});

afterAll(async () => {
  await sample.store.close();
  await cloud.close();
});

for (const place of s3Places(server, s3EndpointOf(process.env))) {
  describe(`replication with ${place.title}`, () => {
    let first: Side;
    let second: Side;

    beforeAll(async () => {
      first = await sideOf(place);
      second = await sideOf(place);
    });

    afterAll(async () => {
      await Promise.all([first.store.close(), second.store.close()]);
      await place.clear();
    });

    it('brings the sample store there, from the embedded S3, byte for byte', async () => {
      expect(await reconcile(sample, first)).toEqual({ written: await carriedCount(sample), 'not-carried': 1 });
      await expectReplica(sample, first);
    });

    it('finds nothing to do the second time', async () => {
      expect(await reconcile(sample, first)).toEqual({ 'in-sync': await carriedCount(sample), 'not-carried': 1 });
    });

    it('goes on from one store there to another, byte for byte', async () => {
      expect(await reconcile(first, second)).toEqual({ written: await carriedCount(sample) });
      await expectReplica(first, second);
    });

    it('brings a change and a delete', async () => {
      const [key = ''] = (await keysIn(first)).filter((one) => one.startsWith(instanceGroup));
      const [other = ''] = (await keysIn(first)).filter((one) => one.startsWith(instanceGroup) && one !== key);
      await put(first, key, Buffer.from('changed: true\n'));
      await first.client.send(new DeleteObjectCommand({ Bucket: first.bucket, Key: first.prefix + other }));
      expect(await reconcile(first, second)).toMatchObject({ written: 1, deleted: 1 });
      await expectReplica(first, second);
    });

    it('is refused to several workers where the store lacks what they need', () => {
      const { guarantee } = guaranteeOf(sample.store, first.store);
      const options = { ...common, source: sample.store, destination: first.store };
      if (guarantee === 'cas') {
        expect(createReplicator(options).destination).toBe(first.store);
      } else {
        expect(() => createReplicator(options)).toThrow('needs a control store');
      }
    });
  });
}

const common = { policy: defaultPolicy, clock: systemClock, brake: { deletes: 10, prunedBackups: 10 } };

/** A new store of a place, opened with the capabilities that a probe finds. */
async function sideOf(place: S3Place): Promise<Side> {
  const { definition, bucket, prefix }: S3Store = await place.make();
  const options: OpenOptions = { environment: place.environment, clock: systemClock };
  const unproved = await openStore(definition, options);
  const capabilities = { ...definition.capabilities, ...(await probeStore(unproved.driver)) };
  await unproved.close();
  return { store: await openStore({ ...definition, capabilities }, options), client: place.client, bucket, prefix };
}

/** Reconciles, guarded where the pair allows it, and counts the outcomes by kind. */
async function reconcile(from: Side, to: Side): Promise<Partial<Record<Outcome['kind'], number>>> {
  const unguarded = guaranteeOf(from.store, to.store).writes === 'leased';
  const replicator = createReplicator({ ...common, source: from.store, destination: to.store, unguarded });
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
  for (const key of await keysIn(side)) {
    const { Body } = await side.client.send(new GetObjectCommand({ Bucket: side.bucket, Key: side.prefix + key }));
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    found.push([key, createHash('sha256').update(bytes).digest('hex')]);
  }
  return found;
}

async function carriedCount(side: Side): Promise<number> {
  return (await keysIn(side)).filter((key) => !key.endsWith('/_command.json')).length;
}

async function keysIn({ client, bucket, prefix }: Side): Promise<readonly string[]> {
  const { Contents = [], IsTruncated } = await client.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }),
  );
  expect(IsTruncated).not.toBe(true);
  return Contents.map(({ Key = '' }) => Key.slice(prefix.length));
}

async function put({ client, bucket, prefix }: Side, key: string, body: Uint8Array): Promise<void> {
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: prefix + key, Body: body }));
}

function keysOf({ owner }: LocalCloud): Readonly<Record<string, string>> {
  return { AWS_ACCESS_KEY_ID: owner.accessKeyId, AWS_SECRET_ACCESS_KEY: owner.secretAccessKey };
}

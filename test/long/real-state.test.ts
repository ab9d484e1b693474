import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../lib/flow/clock.ts';
import { LocalCloud } from '../../lib/local-cloud/cloud.ts';
import type { Outcome } from '../../lib/replication/outcome.ts';
import { createReplicator } from '../../lib/replication/replicator.ts';
import { openStore } from '../../lib/vfs/open.ts';
import type { Store } from '../../lib/vfs/store.ts';
import { defaultPolicy, signal } from '../replication/pair.ts';

const corpus = process.env['STATESYNC_CORPUS'] ?? '';
const there = existsSync(join(corpus, 'stores'));
if (!there) {
  process.stderr.write('test/long/real-state: not run, STATESYNC_CORPUS names no folder of kOps stores\n');
}

let cloud: LocalCloud;
let client: S3Client;
let environment: Record<string, string>;

beforeAll(async () => {
  cloud = await LocalCloud.start();
  const admin = cloud.createAccount('111111111111');
  client = new S3Client({
    region: cloud.region,
    endpoint: cloud.s3.endpoint,
    forcePathStyle: true,
    credentials: admin,
  });
  environment = {
    S3_ENDPOINT: cloud.s3.endpoint,
    S3_REGION: cloud.region,
    S3_ACCESS_KEY_ID: admin.accessKeyId,
    S3_SECRET_ACCESS_KEY: admin.secretAccessKey,
  };
});
afterAll(async () => {
  client.destroy();
  await cloud.close();
});

/** Real kOps output, as kOps's own tests record it. */
(there ? describe : describe.skip)('state stores that kOps wrote', () => {
  it('replicate from S3 to S3 and to a directory, byte for byte', async () => {
    const files = await filesUnder(join(corpus, 'stores'));
    await client.send(new CreateBucketCommand({ Bucket: 'state' }));
    await client.send(new CreateBucketCommand({ Bucket: 'replica' }));
    await Promise.all(
      [...files].map(([Key, Body]) => client.send(new PutObjectCommand({ Bucket: 'state', Key, Body }))),
    );
    const root = await mkdtemp(join(tmpdir(), 'statesync-corpus-'));
    const open = (url: string) => openStore({ url }, { environment, clock: systemClock });
    const source = await open('s3://state');

    await replicate(source, await open('s3://replica'));
    await replicate(source, await open(`file://${root}`));

    const carried = new Map([...files].filter(([key]) => !key.endsWith('/_command.json')));
    expect(carried.size).toBeGreaterThan(800);
    expectSame(await objectsIn('replica'), carried);
    expectSame(await filesUnder(root, '.statesync'), carried);
    await rm(root, { recursive: true });
  }, 120_000);
});

async function replicate(source: Store, destination: Store): Promise<void> {
  const replicator = createReplicator({
    source,
    destination,
    policy: defaultPolicy,
    clock: systemClock,
    brake: { deletes: 0, prunedBackups: 0 },
  });
  const outcomes: Outcome[] = [];
  await replicator.reconcile('', (outcome) => outcomes.push(outcome), signal);
  expect(outcomes.filter(({ kind }) => kind === 'failed')).toEqual([]);
  // The backups of the recorded stores are placeholders.
  const backups = outcomes.filter(({ key }) => key.endsWith('/etcd.backup.gz'));
  expect(backups.length).toBeGreaterThan(20);
  expect(
    backups.every(
      (one) => one.kind === 'written' && one.remark === 'backup of unknown format: it holds no etcd snapshot',
    ),
  ).toBe(true);
}

function expectSame(found: ReadonlyMap<string, Buffer>, wanted: ReadonlyMap<string, Buffer>): void {
  expect([...found.keys()].toSorted()).toEqual([...wanted.keys()].toSorted());
  const wrong = [...wanted]
    .filter(([key, bytes]) => !bytes.equals(found.get(key) ?? Buffer.alloc(0)))
    .map(([key]) => key);
  expect(wrong).toEqual([]);
}

async function filesUnder(root: string, except?: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const found = await Promise.all(
    paths.map(async (path) => [relative(root, path).split(sep).join('/'), await readFile(path)] as const),
  );
  return new Map(found.filter(([key]) => except === undefined || !key.startsWith(`${except}/`)));
}

async function objectsIn(Bucket: string): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for (let token: string | undefined, more = true; more; more = token !== undefined) {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket, ...(token === undefined ? {} : { ContinuationToken: token }) }),
    );
    for (const { Key = '' } of page.Contents ?? []) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      found.set(Key, Buffer.from((await Body?.transformToByteArray()) ?? []));
    }
    token = page.NextContinuationToken;
  }
  return found;
}

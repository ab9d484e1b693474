import { randomUUID } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { parseDocument } from 'yaml';
import { classify } from '../lib/kops/layout.ts';
import type { ObjectClass } from '../lib/kops/object-class.ts';
import { type Retained, sha256Of } from './verdict.ts';
import { replicaBucket, sourceBucket, type World } from './world.ts';

/** What one act shows: it resolves to a sentence, or throws what it saw instead. */
export interface Act {
  readonly title: string;
  /** Whether it needs the sample store: the user's own may be anything. */
  readonly sampleOnly?: boolean;
  run(stage: Stage): Promise<string>;
}

export interface Stage {
  readonly world: World;
  /** Keys at the source, when the acts begin. */
  readonly keys: readonly string[];
  /** What acts delete at the source and must stay at the replica. */
  readonly retained: Retained[];
}

const changedGroup: Act = {
  title: 'a changed instance group',
  run: async ({ world, keys }) => {
    const key = keyOf(keys, 'instance-group');
    await put(world, key, `${await textOf(world.source, sourceBucket, key)}# changed\n`);
    await world.settled();
    await expectEqual(world, key);
    return `${key} arrived`;
  },
};

const invalidEdit: Act = {
  title: 'an edit that kOps would refuse',
  sampleOnly: true,
  run: async ({ world, keys }) => {
    const key = keyOf(keys, 'config');
    const original = await textOf(world.source, sourceBucket, key);
    const edited = parseDocument(original);
    edited.deleteIn(['spec', 'etcdClusters', 0, 'etcdMembers', 0]); // Two members of three are left.
    await put(world, key, edited.toString());
    await world.settled();
    if ((await textOf(world.replica, replicaBucket, key)) !== original) {
      throw new Error(`the replica of ${key} is no longer what it was before`);
    }
    const held = world.held.at(-1);
    if (held === undefined) {
      throw new Error('nothing was logged of it');
    }
    await put(world, key, `${original}# three members, as before\n`);
    await world.settled();
    await expectEqual(world, key);
    return `held by ${held.reason}; the replica stayed at the last valid state, and followed when it was mended`;
  },
};

const findings: Act = {
  title: 'the same edit in statesync get findings',
  sampleOnly: true,
  run: async ({ world, keys }) => {
    const key = keyOf(keys, 'config');
    const original = await textOf(world.source, sourceBucket, key);
    const validation = await world.validate();
    try {
      const edited = parseDocument(original);
      edited.deleteIn(['spec', 'etcdClusters', 0, 'etcdMembers', 0]);
      await put(world, key, edited.toString());
      await validation.until('ETCD-MEMBER-COUNT', true);
      await put(world, key, original);
      await validation.until('ETCD-MEMBER-COUNT', false);
    } finally {
      await validation.stop();
    }
    await world.settled();
    await expectEqual(world, key);
    return 'found once the cluster had been quiet, and gone when it was mended';
  },
};

const editAndUndo: Act = {
  title: 'an edit and its undo (A, B, A) under slow workers',
  run: async ({ world, keys }) => {
    const key = keyOf(keys, 'node-config', 'addon', 'completed-spec');
    const original = await textOf(world.source, sourceBucket, key);
    const random = () => Math.random() * 60;
    world.traffic.slow = (operation, bucket) =>
      bucket === replicaBucket && operation === 'PutObject' ? 150 : random();
    try {
      for (const text of [`${original}# an edit\n`, original]) {
        await put(world, key, text);
      }
      await world.settled();
    } finally {
      world.traffic.slow = undefined;
    }
    await expectEqual(world, key);
    return `the replica holds A again, after ${original.length + 10} bytes of B were on their way`;
  },
};

const burst: Act = {
  title: 'a burst of duplicated, reordered and delayed events',
  run: async ({ world, keys }) => {
    const some = keys
      .filter((key) => ['addon', 'manifest', 'node-config'].includes(classify(key).class ?? ''))
      .slice(0, 12);
    world.deliveries.copies = () => [0, Math.random() * 0.3, Math.random() * 0.3];
    world.deliveries.order = (messages) => messages.toReversed();
    const rounds = [1, 2, 3];
    try {
      for (const round of rounds) {
        for (const key of some) {
          await put(world, key, `${await textOf(world.source, sourceBucket, key)}# round ${round}\n`);
        }
      }
      await world.settled();
    } finally {
      world.deliveries.reset();
    }
    const events = rounds.length * some.length * 3;
    await Promise.all(some.map((key) => expectEqual(world, key)));
    return `${events} deliveries for ${some.length} keys; every replica is the last revision`;
  },
};

const protectedDelete: Act = {
  title: 'a delete of a protected key',
  run: async ({ world, keys, retained }) => {
    const key = keyOf(keys, 'secret', 'keyset', 'ssh-key');
    const sha256 = sha256Of(await bytesOf(world.source, sourceBucket, key));
    await remove(world, key);
    await world.settled();
    if (sha256Of(await bytesOf(world.replica, replicaBucket, key)) !== sha256) {
      throw new Error(`${key} is not what it was at the source`);
    }
    retained.push({ key, sha256 });
    return `${key} is gone at the source, and kept at the replica`;
  },
};

const backup: Act = {
  title: 'an etcd backup arriving meta first, and being pruned',
  run: async ({ world, keys, retained }) => {
    const { cluster } = classify(keyOf(keys, 'config'));
    const directory = `${cluster}/backups/etcd/main/${new Date().toISOString().slice(0, 19)}Z-000099`;
    const [data, meta] = [`${directory}/etcd.backup.gz`, `${directory}/_etcd_backup.meta`];
    await put(world, meta, '{"etcdVersion":"3.5.0"}');
    await world.settled();
    await expectAbsent(world, meta, 'a listed backup without its data');
    const content = randomUUID();
    await put(world, data, content);
    await world.settled();
    await expectEqual(world, data);
    await expectEqual(world, meta);
    await purge(world, data); // As etcd-manager prunes: all versions, so that nothing at the source tells of it.
    await purge(world, meta);
    await world.settled();
    await expectAbsent(world, meta, 'the meta of a pruned backup');
    retained.push({ key: data, sha256: sha256Of(content) });
    return 'listed only once its data was there; unlisted at once; its data goes when no worker can be writing it any more (15 min)';
  },
};

const poison: Act = {
  title: 'a poison message',
  run: async ({ world }) => {
    const body = `poison ${randomUUID()}`;
    await world.sqs.send(new SendMessageCommand({ QueueUrl: world.queueUrl, MessageBody: body }));
    await world.settled();
    const { Messages = [] } = await world.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: world.deadLetterUrl, MessageAttributeNames: ['All'], WaitTimeSeconds: 5 }),
    );
    const dead = Messages.find((message) => message.Body === body);
    if (dead === undefined) {
      throw new Error('it did not reach the dead-letter queue');
    }
    return `it is in the dead-letter queue: ${dead.MessageAttributes?.['reason']?.StringValue}`;
  },
};

const lostEvent: Act = {
  title: 'an event that was lost',
  run: async ({ world, keys }) => {
    const key = keyOf(keys, 'addon', 'node-config', 'completed-spec');
    world.deliveries.copies = () => [];
    try {
      await put(world, key, `${await textOf(world.source, sourceBucket, key)}# its event is lost\n`);
    } finally {
      world.deliveries.reset();
    }
    await world.settled();
    if ((await textOf(world.replica, replicaBucket, key)) === (await textOf(world.source, sourceBucket, key))) {
      throw new Error('the replica has the change although its event was lost: the act shows nothing');
    }
    await world.reconcile();
    await world.settled();
    await expectEqual(world, key);
    return 'the next reconcile mended it';
  },
};

export const acts: readonly Act[] = [
  changedGroup,
  invalidEdit,
  findings,
  editAndUndo,
  burst,
  protectedDelete,
  backup,
  poison,
  lostEvent,
];

/** The first key of the first of these classes that there is. */
function keyOf(keys: readonly string[], ...classes: readonly ObjectClass[]): string {
  const found = classes.flatMap((name) => keys.find((key) => classify(key).class === name) ?? [])[0];
  if (found === undefined) {
    throw new Error(`the state has no object of class ${classes.join(' or ')}`);
  }
  return found;
}

export async function put({ source }: World, Key: string, Body: string | Uint8Array): Promise<void> {
  await source.send(new PutObjectCommand({ Bucket: sourceBucket, Key, Body }));
}

export async function keysOf({ source }: World): Promise<string[]> {
  const keys: string[] = [];
  for (let token: string | undefined, more = true; more; more = token !== undefined) {
    const page = await source.send(
      new ListObjectsV2Command({ Bucket: sourceBucket, ...(token === undefined ? {} : { ContinuationToken: token }) }),
    );
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
    token = page.NextContinuationToken;
  }
  return keys;
}

export async function textOf(client: S3Client, bucket: string, key: string): Promise<string> {
  return Buffer.from(await bytesOf(client, bucket, key)).toString();
}

async function bytesOf(client: S3Client, Bucket: string, Key: string): Promise<Uint8Array> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
}

async function remove({ source }: World, Key: string): Promise<void> {
  await source.send(new DeleteObjectCommand({ Bucket: sourceBucket, Key }));
}

async function purge({ source }: World, key: string): Promise<void> {
  const { Versions = [], DeleteMarkers = [] } = await source.send(
    new ListObjectVersionsCommand({ Bucket: sourceBucket, Prefix: key }),
  );
  for (const { VersionId } of [...Versions, ...DeleteMarkers]) {
    await source.send(
      new DeleteObjectCommand({ Bucket: sourceBucket, Key: key, ...(VersionId === undefined ? {} : { VersionId }) }),
    );
  }
}

async function expectEqual({ source, replica }: World, key: string): Promise<void> {
  const [a, b] = await Promise.all([textOf(source, sourceBucket, key), textOf(replica, replicaBucket, key)]);
  if (a !== b) {
    throw new Error(`${key} differs at the replica`);
  }
}

async function expectAbsent({ replica }: World, Key: string, what: string): Promise<void> {
  const there = await replica.send(new HeadObjectCommand({ Bucket: replicaBucket, Key })).then(
    () => true,
    () => false,
  );
  if (there) {
    throw new Error(`the replica shows ${what}`);
  }
}

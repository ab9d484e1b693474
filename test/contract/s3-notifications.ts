import assert from 'node:assert/strict';
import type { Event, NotificationConfiguration } from '@aws-sdk/client-s3';
import type { Check } from './check.ts';
import { refused } from './refused.ts';
import { makeBucket, type NotifiedQueue, type S3Subject } from './s3-subject.ts';

/** The fields of a record that the checks look at. */
interface EventRecord {
  readonly eventVersion: string;
  readonly eventSource: string;
  readonly awsRegion: string;
  readonly eventTime: string;
  readonly eventName: string;
  readonly userIdentity: { readonly principalId: string };
  readonly requestParameters: { readonly sourceIPAddress: string };
  readonly responseElements: Readonly<Record<string, string>>;
  readonly s3: {
    readonly configurationId: string;
    readonly bucket: { readonly name: string; readonly arn: string; readonly ownerIdentity: object };
    readonly object: {
      readonly key: string;
      readonly size?: number;
      readonly eTag?: string;
      readonly versionId?: string;
      readonly sequencer: string;
    };
  };
}

interface TestEvent {
  readonly Service: string;
  readonly Event: string;
  readonly Bucket: string;
}

const everything: Event[] = ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'];

/** Tells the queue of the bucket's events, and takes the test event off it. */
async function notify(
  { s3 }: S3Subject,
  Bucket: string,
  queue: NotifiedQueue,
  more: Partial<NonNullable<NotificationConfiguration['QueueConfigurations']>[number]> = {},
): Promise<void> {
  const rule = { Id: 'cfg1', QueueArn: queue.arn, Events: everything, ...more };
  await s3.putBucketNotificationConfiguration({
    Bucket,
    NotificationConfiguration: { QueueConfigurations: [rule] },
  });
  await queue.take(1);
}

async function takeRecords(queue: NotifiedQueue, count: number): Promise<readonly EventRecord[]> {
  const messages = (await queue.take(count)) as readonly { readonly Records?: readonly EventRecord[] }[];
  return messages.flatMap((message) => message.Records ?? []);
}

const summary = (record: EventRecord) => [record.eventName, record.s3.object.key, record.s3.object.versionId];

/** What S3 promises of event notifications to queues. */
export const notificationChecks: readonly Check<S3Subject>[] = [
  {
    name: 'a notification configuration is kept as it is put, and tried with a test event',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const queue = await subject.newQueue();
      const rule = {
        Id: 'cfg1',
        QueueArn: queue.arn,
        Events: everything,
        Filter: { Key: { FilterRules: [{ Name: 'prefix' as const, Value: 'ev/' }] } },
      };
      const NotificationConfiguration = { QueueConfigurations: [rule] };
      await subject.s3.putBucketNotificationConfiguration({ Bucket, NotificationConfiguration });
      const [test] = (await queue.take(1)) as readonly TestEvent[];
      assert.deepEqual([test?.Event, test?.Bucket, test?.Service], ['s3:TestEvent', Bucket, 'Amazon S3']);
      const kept = await subject.s3.getBucketNotificationConfiguration({ Bucket });
      assert.equal(kept.QueueConfigurations?.length, 1);
      const { Filter, ...others } = kept.QueueConfigurations[0]!;
      assert.deepEqual(others, { Id: 'cfg1', QueueArn: queue.arn, Events: everything });
      const [filter] = Filter?.Key?.FilterRules ?? [];
      assert.deepEqual([filter?.Name?.toLowerCase(), filter?.Value], ['prefix', 'ev/']);
    },
  },
  {
    name: 'a put is told of in full, under the prefix and suffix asked for only',
    run: async (subject) => {
      const Bucket = await makeBucket(subject, 'Enabled');
      const queue = await subject.newQueue();
      const FilterRules = [
        { Name: 'prefix' as const, Value: 'ev/' },
        { Name: 'suffix' as const, Value: '.txt' },
      ];
      await notify(subject, Bucket, queue, { Filter: { Key: { FilterRules } } });
      await subject.s3.putObject({ Bucket, Key: 'other/x.txt', Body: 'hello' });
      await subject.s3.putObject({ Bucket, Key: 'ev/x', Body: 'hello' });
      const Key = 'ev/a b/ü+é (1).txt';
      const { VersionId } = await subject.s3.putObject({ Bucket, Key, Body: 'hello' });
      const records = await takeRecords(queue, 1);
      assert.equal(records.length, 1);
      const [record] = records as [EventRecord];
      assert.equal(record.s3.object.key, 'ev/a+b/%C3%BC%2B%C3%A9+%281%29.txt');
      assert.equal(record.s3.object.size, 5);
      assert.equal(record.s3.object.eTag, '5d41402abc4b2a76b9719d911017c592');
      assert.equal(record.s3.object.versionId, VersionId);
      assert.match(record.s3.object.sequencer, /^[0-9A-F]{16,}$/);
      assert.equal(record.s3.configurationId, 'cfg1');
      assert.deepEqual([record.s3.bucket.name, record.s3.bucket.arn], [Bucket, `arn:aws:s3:::${Bucket}`]);
      assert.ok(record.s3.bucket.ownerIdentity);
      assert.deepEqual(
        [record.eventVersion, record.eventSource, record.awsRegion, record.eventName],
        ['2.1', 'aws:s3', 'us-east-1', 'ObjectCreated:Put'],
      );
      assert.match(record.eventTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assert.equal(record.requestParameters.sourceIPAddress, '127.0.0.1');
      assert.ok(record.userIdentity.principalId);
      assert.ok(record.responseElements['x-amz-request-id']);
    },
  },
  {
    name: 'without versioning, records have no version id; every change of a key has a greater sequencer',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const queue = await subject.newQueue();
      await notify(subject, Bucket, queue);
      await subject.s3.putObject({ Bucket, Key: 'k', Body: '1' });
      await subject.s3.putObject({ Bucket, Key: 'k', Body: '2' });
      await subject.s3.deleteObject({ Bucket, Key: 'k' });
      const records = [...(await takeRecords(queue, 3))];
      const sequencers = records.map((record) => record.s3.object.sequencer);
      records.sort((a, b) => (a.s3.object.sequencer < b.s3.object.sequencer ? -1 : 1));
      assert.equal(new Set(sequencers).size, 3);
      assert.deepEqual(records.map(summary), [
        ['ObjectCreated:Put', 'k', undefined],
        ['ObjectCreated:Put', 'k', undefined],
        ['ObjectRemoved:Delete', 'k', undefined],
      ]);
    },
  },
  {
    name: 'copies, uploads and deletes are told of by their own names',
    run: async (subject) => {
      const { s3 } = subject;
      const Bucket = await makeBucket(subject, 'Enabled');
      const queue = await subject.newQueue();
      await notify(subject, Bucket, queue);
      const put = await s3.putObject({ Bucket, Key: 'k', Body: 'x' });
      const copy = await s3.copyObject({ Bucket, Key: 'copy', CopySource: `${Bucket}/k` });
      const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: 'mp' });
      const { ETag } = await s3.uploadPart({ Bucket, Key: 'mp', UploadId, PartNumber: 1, Body: 'x' });
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
      const completed = await s3.completeMultipartUpload({ Bucket, Key: 'mp', UploadId, MultipartUpload });
      const marker = await s3.deleteObject({ Bucket, Key: 'copy' });
      await s3.deleteObject({ Bucket, Key: 'copy', VersionId: copy.VersionId });
      await s3.putObjectTagging({ Bucket, Key: 'k', Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } });
      const batch = await s3.deleteObjects({ Bucket, Delete: { Objects: [{ Key: 'mp' }] } });
      const records = await takeRecords(queue, 6);
      assert.deepEqual(
        records.map(summary).sort(),
        [
          ['ObjectCreated:Put', 'k', put.VersionId],
          ['ObjectCreated:Copy', 'copy', copy.VersionId],
          ['ObjectCreated:CompleteMultipartUpload', 'mp', completed.VersionId],
          ['ObjectRemoved:DeleteMarkerCreated', 'copy', marker.VersionId],
          ['ObjectRemoved:Delete', 'copy', copy.VersionId],
          ['ObjectRemoved:DeleteMarkerCreated', 'mp', batch.Deleted?.[0]?.DeleteMarkerVersionId],
        ].sort(),
      );
    },
  },
  {
    name: 'a write that is refused is not told of',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const queue = await subject.newQueue();
      await subject.s3.putObject({ Bucket, Key: 'k', Body: '1' });
      await notify(subject, Bucket, queue);
      await refused(subject.s3.putObject({ Bucket, Key: 'k', Body: '2', IfNoneMatch: '*' }), { status: 412 });
      await subject.s3.putObject({ Bucket, Key: 'after', Body: '3' });
      const records = await takeRecords(queue, 1);
      assert.deepEqual(records.map(summary), [['ObjectCreated:Put', 'after', undefined]]);
    },
  },
  {
    name: 'a queue that is not there, or does not let S3 in, is refused',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const queue = await subject.newQueue();
      const QueueConfigurations = [{ QueueArn: `${queue.arn}-nope`, Events: everything }];
      const put = subject.s3.putBucketNotificationConfiguration({
        Bucket,
        NotificationConfiguration: { QueueConfigurations },
      });
      await refused(put, { name: 'InvalidArgument', status: 400 });
    },
  },
  {
    name: 'two rules that one event could fall under are refused',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const { arn } = await subject.newQueue();
      const put = subject.s3.putBucketNotificationConfiguration({
        Bucket,
        NotificationConfiguration: {
          QueueConfigurations: [
            { QueueArn: arn, Events: ['s3:ObjectCreated:*'] },
            { QueueArn: arn, Events: ['s3:ObjectCreated:Put'] },
          ],
        },
      });
      await refused(put, { name: 'InvalidArgument', status: 400 });
    },
  },
  {
    name: 'EventBridge is switched on and off with the configuration',
    run: async (subject) => {
      const Bucket = await makeBucket(subject);
      const put = (NotificationConfiguration: NotificationConfiguration) =>
        subject.s3.putBucketNotificationConfiguration({ Bucket, NotificationConfiguration });
      await put({ EventBridgeConfiguration: {} });
      const on = await subject.s3.getBucketNotificationConfiguration({ Bucket });
      assert.notEqual(on.EventBridgeConfiguration, undefined);
      await put({});
      const off = await subject.s3.getBucketNotificationConfiguration({ Bucket });
      assert.equal(off.EventBridgeConfiguration, undefined);
    },
  },
];

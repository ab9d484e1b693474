import { describe, expect, it } from '@jest/globals';
import type { EventBridgeEvent, NotificationTarget } from '../../../lib/local-cloud/s3/notification-types.ts';
import { withServer } from './fixture.ts';

const topicArn = 'arn:aws:sns:us-east-1:111111111111:changes';
const dayMs = 24 * 60 * 60 * 1000;

/** A target that takes everything, and keeps it. */
function collector(messages: unknown[]): NotificationTarget {
  return {
    accepts: () => true,
    deliver: async (targetArn, message, context) => {
      messages.push({ targetArn, context, message: JSON.parse(message) });
    },
  };
}

describe('events for EventBridge', () => {
  it('have the form of EventBridge, with keys as they are', async () => {
    const events: EventBridgeEvent[] = [];
    const eventBridge = async (event: EventBridgeEvent) => {
      events.push(event);
    };
    const clock = () => Date.UTC(2026, 0, 2, 3, 4, 5, 678);
    await withServer({ eventBridge, clock }, async ({ server, s3, Bucket }) => {
      const NotificationConfiguration = { EventBridgeConfiguration: {} };
      await s3.putBucketNotificationConfiguration({ Bucket, NotificationConfiguration });
      await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Enabled' } });
      const put = await s3.putObject({ Bucket, Key: 'a b/ü+é.txt', Body: 'hello' });
      const deleted = await s3.deleteObject({ Bucket, Key: 'a b/ü+é.txt' });
      await s3.deleteObject({ Bucket, Key: 'a b/ü+é.txt', VersionId: put.VersionId });
      await server.settled();
      expect(events[0]).toEqual({
        version: '0',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        'detail-type': 'Object Created',
        source: 'aws.s3',
        account: '111111111111',
        time: '2026-01-02T03:04:05Z',
        region: 'us-east-1',
        resources: ['arn:aws:s3:::state'],
        detail: {
          version: '0',
          bucket: { name: 'state' },
          object: {
            key: 'a b/ü+é.txt',
            size: 5,
            etag: '5d41402abc4b2a76b9719d911017c592',
            'version-id': put.VersionId,
            sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
          },
          'request-id': expect.stringMatching(/^[0-9A-F]{16}$/),
          requester: '111111111111',
          'source-ip-address': '127.0.0.1',
          reason: 'PutObject',
        },
      });
      expect(events.slice(1).map((event) => [event['detail-type'], event.detail])).toEqual([
        [
          'Object Deleted',
          expect.objectContaining({
            reason: 'DeleteObject',
            'deletion-type': 'Delete Marker Created',
            object: expect.objectContaining({ 'version-id': deleted.VersionId }),
          }),
        ],
        [
          'Object Deleted',
          expect.objectContaining({
            'deletion-type': 'Permanently Deleted',
            object: expect.objectContaining({ 'version-id': put.VersionId }),
          }),
        ],
      ]);
    });
  });
});

describe('notifications', () => {
  it('go to topics on behalf of the bucket', async () => {
    const messages: unknown[] = [];
    await withServer({ topics: collector(messages) }, async ({ server, s3, Bucket }) => {
      const TopicConfigurations = [{ TopicArn: topicArn, Events: ['s3:ObjectCreated:Put' as const] }];
      await s3.putBucketNotificationConfiguration({ Bucket, NotificationConfiguration: { TopicConfigurations } });
      await s3.putObject({ Bucket, Key: 'k', Body: 'x' });
      await s3.copyObject({ Bucket, Key: 'copy', CopySource: 'state/k' });
      await server.settled();
      const context = { sourceArn: 'arn:aws:s3:::state', sourceAccount: '111111111111' };
      expect(messages).toEqual([
        { targetArn: topicArn, context, message: expect.objectContaining({ Event: 's3:TestEvent' }) },
        {
          targetArn: topicArn,
          context,
          message: { Records: [expect.objectContaining({ eventName: 'ObjectCreated:Put' })] },
        },
      ]);
    });
  });

  it('that cannot be delivered do not fail the request, and are reported', async () => {
    const errors: unknown[] = [];
    const queues: NotificationTarget = {
      accepts: () => true,
      deliver: () => Promise.reject(new Error('the queue is gone')),
    };
    await withServer({ queues, onError: (error) => errors.push(error) }, async ({ server, s3, Bucket }) => {
      const QueueConfigurations = [{ QueueArn: 'arn:aws:sqs:x:1:q', Events: ['s3:ObjectCreated:*' as const] }];
      await s3.putBucketNotificationConfiguration({ Bucket, NotificationConfiguration: { QueueConfigurations } });
      await s3.putObject({ Bucket, Key: 'k', Body: 'x' });
      await server.settled();
    });
    expect(errors.map(String)).toEqual(['Error: the queue is gone', 'Error: the queue is gone']);
  });

  it('of kinds that are not there are refused by name', () =>
    withServer({ queues: collector([]) }, async ({ s3, Bucket }) => {
      const put = (NotificationConfiguration: object) =>
        s3.putBucketNotificationConfiguration({ Bucket, NotificationConfiguration });
      const QueueArn = 'arn:aws:sqs:x:1:q';
      const lambda = { LambdaFunctionArn: 'arn:aws:lambda:x:1:function:f', Events: ['s3:ObjectCreated:*'] };
      await expect(put({ LambdaFunctionConfigurations: [lambda] })).rejects.toMatchObject({ name: 'NotImplemented' });
      const tagging = put({ QueueConfigurations: [{ QueueArn, Events: ['s3:ObjectTagging:*'] }] });
      await expect(tagging).rejects.toThrow('s3:ObjectTagging:* is not implemented');
      const unknown = put({ QueueConfigurations: [{ QueueArn, Events: ['s3:ObjectEaten:*'] }] });
      await expect(unknown).rejects.toMatchObject({ name: 'InvalidArgument' });
    }));
});

describe('the lifecycle, when it is run', () => {
  it('expires what is old enough under the prefix, and tells of it', async () => {
    const messages: { message: { Records?: { eventName: string; s3: { object: { key: string } } }[] } }[] = [];
    let now = Date.UTC(2026, 0, 1);
    await withServer({ queues: collector(messages), clock: () => now }, async ({ server, s3, Bucket }) => {
      const QueueConfigurations = [{ QueueArn: 'arn:aws:sqs:x:1:q', Events: ['s3:LifecycleExpiration:*' as const] }];
      await s3.putBucketNotificationConfiguration({ Bucket, NotificationConfiguration: { QueueConfigurations } });
      await s3.putBucketLifecycleConfiguration({
        Bucket,
        LifecycleConfiguration: {
          Rules: [
            { ID: 'tmp', Status: 'Enabled', Filter: { Prefix: 'tmp/' }, Expiration: { Days: 2 } },
            { ID: 'off', Status: 'Disabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } },
          ],
        },
      });
      await s3.putObject({ Bucket, Key: 'tmp/old', Body: 'x' });
      await s3.putObject({ Bucket, Key: 'kept', Body: 'x' });
      now += 1.5 * dayMs;
      await s3.putObject({ Bucket, Key: 'tmp/new', Body: 'x' });
      server.runLifecycle(Bucket);
      expect((await s3.listObjectsV2({ Bucket })).KeyCount).toBe(3);
      now += dayMs;
      server.runLifecycle(Bucket);
      await server.settled();
      const keys = (await s3.listObjectsV2({ Bucket })).Contents?.map((entry) => entry.Key);
      expect(keys).toEqual(['kept', 'tmp/new']);
      const records = messages.flatMap(({ message }) => message.Records ?? []);
      expect(records.map((record) => [record.eventName, record.s3.object.key])).toEqual([
        ['LifecycleExpiration:Delete', 'tmp/old'],
      ]);
    });
  });

  it('covers current versions, removes old ones, lone markers and uploads of old', async () => {
    let now = Date.UTC(2026, 0, 1);
    await withServer({ clock: () => now }, async ({ server, s3, Bucket }) => {
      await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Enabled' } });
      const rule = {
        Status: 'Enabled' as const,
        Filter: {},
        NoncurrentVersionExpiration: { NoncurrentDays: 1 },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      };
      const put = (Expiration: object) =>
        s3.putBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration: { Rules: [{ ...rule, Expiration }] } });
      await s3.putObject({ Bucket, Key: 'k', Body: '1' });
      await s3.putObject({ Bucket, Key: 'k', Body: '2' });
      await s3.createMultipartUpload({ Bucket, Key: 'mp' });
      await put({ Days: 1 });
      now += dayMs;
      server.runLifecycle(Bucket);
      const covered = await s3.listObjectVersions({ Bucket });
      expect([covered.Versions?.length, covered.DeleteMarkers?.length]).toEqual([1, 1]);
      expect((await s3.listMultipartUploads({ Bucket })).Uploads).toBeUndefined();
      await put({ ExpiredObjectDeleteMarker: true });
      now += dayMs;
      server.runLifecycle(Bucket);
      const empty = await s3.listObjectVersions({ Bucket });
      expect([empty.Versions, empty.DeleteMarkers]).toEqual([undefined, undefined]);
    });
  });
});

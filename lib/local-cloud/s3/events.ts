import { randomUUID } from 'node:crypto';
import { formEncode } from '../uri.ts';
import type { Bucket } from './bucket.ts';
import type { EventBridgeEvent, NotificationRule } from './notification-types.ts';
import type { StoredObject } from './versions.ts';

/** How an object came to be: the last part of the event's name. */
export type CreatedEvent = 'Put' | 'Copy' | 'CompleteMultipartUpload';

/** How an object went, or was covered. */
export type RemovedEvent = 'Delete' | 'DeleteMarkerCreated';

/** The request that brought a change about; a change without one is the lifecycle's. */
export interface Cause {
  readonly requestId: string;
  readonly hostId: string;
  readonly sourceIp: string;
  readonly identity: { readonly account: string; readonly arn: string };
}

/** A change to an object, as it is made. */
export type ObjectChange =
  | {
      readonly kind: 'created';
      readonly event: CreatedEvent;
      readonly object: StoredObject;
      readonly cause: Cause;
    }
  | {
      readonly kind: 'removed';
      readonly event: RemovedEvent;
      readonly key: string;
      readonly versionId: string;
      /** Absent: the bucket's lifecycle did it. */
      readonly cause?: Cause;
    };

/** When a change was made, and its place in the order of changes to its key. */
export interface Moment {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly sequencer: string;
}

/** The key that a change is about. */
export function keyOf(change: ObjectChange): string {
  return change.kind === 'created' ? change.object.key : change.key;
}

/** The event's name, without the `s3:` that configurations put before it. */
export function eventName(change: ObjectChange): string {
  if (change.kind === 'created') {
    return `ObjectCreated:${change.event}`;
  }
  return `${change.cause === undefined ? 'LifecycleExpiration' : 'ObjectRemoved'}:${change.event}`;
}

/** The body of the message that tells a queue or topic of one change. */
export function notificationMessage(
  bucket: Bucket,
  rule: NotificationRule,
  change: ObjectChange,
  moment: Moment,
): string {
  return JSON.stringify({ Records: [notificationRecord(bucket, rule, change, moment)] });
}

/** One record, in the form that "Event message structure" of the S3 user guide gives. */
function notificationRecord(bucket: Bucket, rule: NotificationRule, change: ObjectChange, moment: Moment): object {
  const { cause } = change;
  return {
    eventVersion: cause === undefined ? '2.3' : '2.1',
    eventSource: 'aws:s3',
    awsRegion: bucket.region,
    eventTime: new Date(moment.time).toISOString(),
    eventName: eventName(change),
    userIdentity: { principalId: cause === undefined ? 's3.amazonaws.com' : principalId(cause.identity.arn) },
    requestParameters: { sourceIPAddress: cause?.sourceIp ?? 's3.amazonaws.com' },
    responseElements: cause === undefined ? {} : { 'x-amz-request-id': cause.requestId, 'x-amz-id-2': cause.hostId },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: rule.id,
      bucket: {
        name: bucket.name,
        ownerIdentity: { principalId: `A${bucket.owner}` },
        arn: bucket.arn,
      },
      object: { key: formEncode(keyOf(change)), ...recordedObject(bucket, change), sequencer: moment.sequencer },
    },
  };
}

function recordedObject(bucket: Bucket, change: ObjectChange): object {
  if (change.kind === 'created') {
    const { object } = change;
    return { size: object.content.size, eTag: object.etag, ...shownVersion(bucket, 'versionId', object.versionId) };
  }
  // A delete marker has the entity tag of no bytes.
  const tag = change.event === 'DeleteMarkerCreated' ? { eTag: 'd41d8cd98f00b204e9800998ecf8427e' } : {};
  return { ...tag, ...shownVersion(bucket, 'versionId', change.versionId) };
}

const createdReasons: Readonly<Record<CreatedEvent, string>> = {
  Put: 'PutObject',
  Copy: 'CopyObject',
  CompleteMultipartUpload: 'CompleteMultipartUpload',
};

/** The event for EventBridge, in the form that "EventBridge event message structure" of the S3 user guide gives. */
export function eventBridgeEvent(bucket: Bucket, change: ObjectChange, moment: Moment): EventBridgeEvent {
  const { cause } = change;
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': change.kind === 'created' ? 'Object Created' : 'Object Deleted',
    source: 'aws.s3',
    account: bucket.owner,
    time: `${new Date(moment.time).toISOString().slice(0, 19)}Z`,
    region: bucket.region,
    resources: [bucket.arn],
    detail: {
      version: '0',
      bucket: { name: bucket.name },
      object: { key: keyOf(change), ...bridgedObject(bucket, change), sequencer: moment.sequencer },
      ...(cause === undefined ? {} : { 'request-id': cause.requestId }),
      requester: cause?.identity.account ?? 's3.amazonaws.com',
      ...(cause === undefined ? {} : { 'source-ip-address': cause.sourceIp }),
      ...reason(change),
    },
  };
}

function bridgedObject(bucket: Bucket, change: ObjectChange): object {
  if (change.kind === 'created') {
    const { object } = change;
    return { size: object.content.size, etag: object.etag, ...shownVersion(bucket, 'version-id', object.versionId) };
  }
  return shownVersion(bucket, 'version-id', change.versionId);
}

function reason(change: ObjectChange): object {
  if (change.kind === 'created') {
    return { reason: createdReasons[change.event] };
  }
  return {
    reason: change.cause === undefined ? 'Lifecycle Expiration' : 'DeleteObject',
    'deletion-type': change.event === 'Delete' ? 'Permanently Deleted' : 'Delete Marker Created',
  };
}

function shownVersion(bucket: Bucket, field: string, versionId: string): object {
  const shown = bucket.shownVersionId(versionId);
  return shown === undefined ? {} : { [field]: shown };
}

function principalId(arn: string): string {
  return `AWS:${arn.slice(arn.indexOf('/') + 1).replaceAll('/', ':')}`;
}

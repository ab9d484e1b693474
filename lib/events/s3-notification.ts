import type { DecodedMessage } from './decoded-message.ts';
import { meaningOf } from './event-name.ts';
import { byteCount, field, instant, inWords, text } from './fields.ts';
import { formDecoded, type KeyDecoder, verbatim } from './key-encoding.ts';
import { gather, ignored, type RecordVerdict, readRecord, refused } from './record.ts';

/**
 * Who sends this form, by `eventSource`, and how each writes a key.
 *
 * AWS leaves `/` as it is and MinIO's `url.QueryEscape` does not; decoding is the same. MinIO escapes for webhooks and queues, which is
 * what reaches us, but not for its `ListenNotification` API. Ceph's gateway escapes nothing.
 */
const keyDecoders: ReadonlyMap<unknown, KeyDecoder> = new Map([
  ['aws:s3', formDecoded],
  ['minio:s3', formDecoded],
  ['ceph:s3', verbatim],
]);

/**
 * Reads a bucket notification: `{"Records": [...]}`, with one record for each change, of one bucket or of several.
 *
 * Undefined where the message is none. AWS:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html; MinIO, which adds `EventName` and `Key`:
 * https://min.io/docs/minio/linux/administration/monitoring/bucket-notifications.html; Ceph:
 * https://docs.ceph.com/en/latest/radosgw/notifications/.
 */
export function decodeS3Notification(message: unknown): DecodedMessage | undefined {
  const records = field(message, 'Records');
  if (!Array.isArray(records)) {
    return undefined;
  }
  return gather(records.map((record: unknown, index) => at(index, decodeRecord(record))));
}

/**
 * Reads the message that S3 sends once, when a notification is set up: `{"Service":"Amazon S3","Event":"s3:TestEvent",...}`, described
 * on the same page. Undefined where the message is none.
 */
export function decodeS3TestEvent(message: unknown): DecodedMessage | undefined {
  return text(message, 'Event') === 's3:TestEvent'
    ? ignored(`s3:TestEvent of bucket ${inWords(field(message, 'Bucket'))}`)
    : undefined;
}

function decodeRecord(record: unknown): RecordVerdict {
  const source = field(record, 'eventSource');
  const decodeKey = keyDecoders.get(source);
  if (decodeKey === undefined) {
    return refused(`eventSource is ${inWords(source)}, expected one of ${[...keyDecoders.keys()].join(', ')}`);
  }
  const version = text(record, 'eventVersion');
  // AWS: the major version changes when the representation of a field does, and then keys may be written in another way.
  if (version !== undefined && !version.startsWith('2.')) {
    return refused(`eventVersion is ${inWords(version)}, expected 2.x`);
  }
  const cause = text(record, 'eventName')?.replace(/^s3:/, '');
  const meaning = cause === undefined ? undefined : meaningOf(cause);
  if (cause === undefined || meaning === undefined) {
    return refused(`eventName is ${inWords(field(record, 'eventName'))}, which is no known event`);
  }
  if (meaning === 'unchanged') {
    return ignored(`${inWords(cause)} changes no content`);
  }
  return readRecord({
    change: meaning,
    cause,
    bucket: text(record, 's3', 'bucket', 'name'),
    key: text(record, 's3', 'object', 'key'),
    decodeKey,
    size: byteCount(record, 's3', 'object', 'size'),
    etag: text(record, 's3', 'object', 'eTag'),
    versionId: text(record, 's3', 'object', 'versionId'),
    sequencer: text(record, 's3', 'object', 'sequencer'),
    time: instant(record, 'eventTime'),
  });
}

/** Says in a reason which record it is about. */
function at(index: number, verdict: RecordVerdict): RecordVerdict {
  return verdict.kind === 'event' ? verdict : { ...verdict, reason: `Records[${index}]: ${verdict.reason}` };
}

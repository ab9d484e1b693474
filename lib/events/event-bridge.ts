import type { DecodedMessage } from './decoded-message.ts';
import type { Meaning } from './event-name.ts';
import { byteCount, field, instant, inWords, text } from './fields.ts';
import { verbatim } from './key-encoding.ts';
import { gather, ignored, type RecordVerdict, readRecord, refused } from './record.ts';

/** The types that S3 sends: https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html. */
const meanings: ReadonlyMap<string, Meaning> = new Map([
  ['Object Created', 'created'],
  ['Object Deleted', 'removed'],
  ['Object Restore Initiated', 'unchanged'],
  ['Object Restore Completed', 'unchanged'],
  ['Object Restore Expired', 'unchanged'],
  ['Object Storage Class Changed', 'unchanged'],
  ['Object Access Tier Changed', 'unchanged'],
  ['Object ACL Updated', 'unchanged'],
  ['Object Tags Added', 'unchanged'],
  ['Object Tags Deleted', 'unchanged'],
]);

/**
 * Reads an event that S3 gave to EventBridge, one object for each message, with the key as it is.
 *
 * Undefined where the message is no EventBridge event; one of another source is refused.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html.
 */
export function decodeEventBridge(message: unknown): DecodedMessage | undefined {
  const type = text(message, 'detail-type');
  return type === undefined ? undefined : gather([decodeEvent(message, type)]);
}

function decodeEvent(message: unknown, type: string): RecordVerdict {
  const source = field(message, 'source');
  if (source !== 'aws.s3') {
    return refused(`source is ${inWords(source)}, expected aws.s3`);
  }
  const meaning = meanings.get(type);
  if (meaning === undefined) {
    return refused(`detail-type is ${inWords(type)}, which is no known event of S3`);
  }
  if (meaning === 'unchanged') {
    return ignored(`${inWords(type)} changes no content`);
  }
  const detail = field(message, 'detail');
  const version = text(detail, 'event-version');
  if (version !== undefined && !version.startsWith('1.')) {
    return refused(`event-version is ${inWords(version)}, expected 1.x`);
  }
  const details = [text(detail, 'reason'), text(detail, 'deletion-type')].filter((word) => word !== undefined);
  return readRecord({
    change: meaning,
    cause: details.length > 0 ? `${type} (${details.join(', ')})` : type,
    bucket: text(detail, 'bucket', 'name'),
    key: text(detail, 'object', 'key'),
    decodeKey: verbatim,
    size: byteCount(detail, 'object', 'size'),
    etag: text(detail, 'object', 'etag'),
    versionId: text(detail, 'object', 'version-id'),
    sequencer: text(detail, 'object', 'sequencer'),
    time: instant(message, 'time'),
  });
}

import type { DecodedMessage } from './decoded-message.ts';
import { inWords } from './fields.ts';
import type { KeyDecoder } from './key-encoding.ts';
import type { ObjectEvent } from './object-event.ts';

/** What became of one record of a message. */
export type RecordVerdict =
  | { readonly kind: 'event'; readonly event: ObjectEvent }
  | { readonly kind: 'ignored'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** What a record that announces a change holds, wherever its provider keeps it. Absent fields are undefined. */
export interface FoundRecord {
  readonly change: ObjectEvent['change'];
  readonly cause: string;
  readonly bucket: string | undefined;
  /** The key as the sender writes it. */
  readonly key: string | undefined;
  readonly decodeKey: KeyDecoder;
  readonly size: number | undefined;
  readonly etag: string | undefined;
  readonly versionId: string | undefined;
  readonly sequencer: string | undefined;
  readonly time: Date | undefined;
}

/** The event of a record, or why there is none: a change needs the names of a bucket and of a key, and nothing else. */
export function readRecord(found: FoundRecord): RecordVerdict {
  const { change, cause, bucket, key: written, decodeKey, ...hints } = found;
  if (bucket === undefined || written === undefined) {
    return refused(`${inWords(cause)} names no ${bucket === undefined ? 'bucket' : 'key'}`);
  }
  const key = decodeKey(written);
  if (key === undefined) {
    return refused(`the key ${inWords(written)} is not percent-encoded UTF-8`);
  }
  if (!key.isWellFormed()) {
    return refused(`the key ${inWords(written)} is not valid Unicode`);
  }
  return { kind: 'event', event: { bucket, key, change, cause, ...present(hints) } };
}

/** One message out of its records, in their order. */
export function gather(verdicts: readonly RecordVerdict[]): DecodedMessage {
  const events = verdicts.flatMap((verdict) => (verdict.kind === 'event' ? [verdict.event] : []));
  const ignored = verdicts.flatMap((verdict) => (verdict.kind === 'ignored' ? [verdict.reason] : []));
  const refused = verdicts.flatMap((verdict) => (verdict.kind === 'refused' ? [verdict.reason] : []));
  if (events.length > 0) {
    return { kind: 'events', events, ignored, refused };
  }
  return refused.length > 0
    ? { kind: 'refused', reason: summarize(refused) }
    : { kind: 'ignored', reason: ignored.length > 0 ? summarize(ignored) : 'the message holds no record' };
}

/** Many reasons as one line that fits a log or a message attribute: the first three, and how many more there are. */
export function summarize(reasons: readonly string[]): string {
  const shown = reasons.slice(0, 3);
  const rest = reasons.length - shown.length;
  return rest > 0 ? `${shown.join('; ')}; and ${rest} more` : shown.join('; ');
}

export function ignored(reason: string): { readonly kind: 'ignored'; readonly reason: string } {
  return { kind: 'ignored', reason };
}

export function refused(reason: string): { readonly kind: 'refused'; readonly reason: string } {
  return { kind: 'refused', reason };
}

function present<T extends object>(values: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    readonly [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

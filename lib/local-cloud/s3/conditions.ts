import { notFound } from './access.ts';
import type { BucketCall } from './call.ts';
import { notImplemented, s3Error } from './errors.ts';
import type { HeaderLookup } from './stated-checksum.ts';
import type { StoredObject, Version } from './versions.ts';

type Validator = Pick<StoredObject, 'etag' | 'lastModified'>;

/**
 * Judges the conditions of a read (RFC 9110 §13.2.2). Throws `PreconditionFailed`, or `NotModified` with the headers
 * that tell the client what it already has.
 */
export function checkReadConditions(
  header: HeaderLookup,
  object: Validator,
  headers: Readonly<Record<string, string | undefined>>,
): void {
  const failed = failedCondition(header, object);
  if (failed === 'If-Match' || failed === 'If-Unmodified-Since') {
    throw preconditionFailed(failed);
  }
  if (failed !== undefined) {
    throw s3Error('NotModified', { headers });
  }
}

/** Judges the conditions that a copy puts on its source; all failures are `PreconditionFailed`. */
export function checkCopySourceConditions(header: HeaderLookup, source: Validator): void {
  const failed = failedCondition((name) => header(`x-amz-copy-source-${name}`), source);
  if (failed !== undefined) {
    throw preconditionFailed(`x-amz-copy-source-${failed}`);
  }
}

/**
 * Judges the conditions of a write against what the key holds at this moment. Throws `PreconditionFailed`, and
 * `NoSuchKey` for `If-Match` where there is no object; a delete marker counts as none.
 */
export function checkWriteConditions(call: BucketCall): void {
  const ifMatch = call.header('if-match');
  const ifNoneMatch = call.header('if-none-match');
  if (ifNoneMatch !== undefined && (ifNoneMatch !== '*' || ifMatch !== undefined)) {
    throw notImplemented('On a write, If-None-Match with anything but *, or together with If-Match,');
  }
  const current = call.bucket.versions.current(call.key);
  if (ifNoneMatch !== undefined && current?.kind === 'object') {
    throw preconditionFailed('If-None-Match');
  }
  if (ifMatch !== undefined) {
    checkIfMatch(call, ifMatch, current);
  }
}

/** Judges `If-Match` of a write or delete against the current version of the key. */
export function checkIfMatch(call: BucketCall, ifMatch: string, current: Version | undefined): void {
  if (current?.kind !== 'object') {
    throw notFound(call, call.bucket, 'NoSuchKey');
  }
  if (!etagMatches(ifMatch, current.etag)) {
    throw preconditionFailed('If-Match');
  }
}

/** Whether a list of entity tags, quoted or not, names this one; `*` names all. */
export function etagMatches(list: string, etag: string): boolean {
  return list
    .split(',')
    .map((tag) => tag.trim())
    .some((tag) => tag === '*' || unquote(tag) === etag);
}

/** An entity tag without its quotes. */
export function unquote(etag: string): string {
  return etag.replace(/^"(.*)"$/, '$1');
}

function failedCondition(header: HeaderLookup, object: Validator): string | undefined {
  const ifMatch = header('if-match');
  if (ifMatch !== undefined) {
    if (!etagMatches(ifMatch, object.etag)) {
      return 'If-Match';
    }
  } else if (modifiedAfter(object, header('if-unmodified-since'))) {
    return 'If-Unmodified-Since';
  }
  const ifNoneMatch = header('if-none-match');
  if (ifNoneMatch !== undefined) {
    return etagMatches(ifNoneMatch, object.etag) ? 'If-None-Match' : undefined;
  }
  const since = header('if-modified-since');
  return isDate(since) && !modifiedAfter(object, since) ? 'If-Modified-Since' : undefined;
}

/** HTTP dates know seconds only. */
function modifiedAfter(object: Validator, date: string | undefined): boolean {
  return isDate(date) && Math.floor(object.lastModified / 1000) > Date.parse(date) / 1000;
}

function isDate(text: string | undefined): text is string {
  return text !== undefined && !Number.isNaN(Date.parse(text));
}

function preconditionFailed(condition: string): Error {
  return s3Error('PreconditionFailed', { details: { Condition: condition } });
}

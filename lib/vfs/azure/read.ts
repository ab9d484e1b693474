import type { BlockBlobClient } from '@azure/storage-blob';
import { verifiedBody } from '../body.ts';
import { wholeSize } from '../byte-range.ts';
import { entityTag } from '../entity-tag.ts';
import { isVfsError, VfsError } from '../errors.ts';
import type { ByteRange, ObjectKey, ObjectStat, ReadOptions, ReadResult, VersionId } from '../types.ts';
import type { AzureConnection } from './connection.ts';
import { type Attempt, Unchanged } from './errors.ts';
import { objectStat } from './object-fields.ts';
import { responseBody } from './response-body.ts';

type Download = Awaited<ReturnType<BlockBlobClient['download']>>;

/** HEAD of a blob. */
export async function statObject(
  connection: AzureConnection,
  key: ObjectKey,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<ObjectStat> {
  const answer = await connection.ask(key, attempt, signal, (blob) => blob.getProperties({ abortSignal: signal }));
  return objectStat(key, lengthOf(answer, attempt), answer, attempt);
}

/**
 * GET of a blob, a range of it, or one of its versions; undefined when it still has the revision `unless`.
 *
 * A pinned read that is refused is one request more: the refusal does not say whether the blob has another revision or
 * is gone.
 */
export async function readObject(
  connection: AzureConnection,
  key: ObjectKey,
  { range, ifMatch, unless, signal }: ReadOptions,
  attempt: Attempt,
  version?: VersionId,
): Promise<ReadResult | undefined> {
  const conditions = {
    ...(ifMatch && { ifMatch: entityTag(ifMatch) }),
    ...(unless && { ifNoneMatch: entityTag(unless) }),
  };
  const cut = new AbortController();
  const abortSignal = AbortSignal.any([signal, cut.signal]);
  try {
    const answer = await connection.ask(key, attempt, signal, (blob) => {
      const chosen = version === undefined ? blob : blob.withVersion(version);
      return chosen.download(range?.offset, range?.length, { conditions, abortSignal, maxRetryRequests: 0 });
    });
    return await opened(key, range, answer, attempt, signal);
  } catch (error) {
    if (error instanceof Unchanged) {
      return undefined;
    }
    cut.abort(); // An answer that was of no use may hold its connection.
    if (isVfsError(error, 'PreconditionFailed')) {
      await statObject(connection, key, attempt, signal);
    }
    throw error;
  }
}

/**
 * A whole body is held against the Content-MD5 of the blob: bytes that contradict what their writer said of them are
 * passed on to nobody.
 */
async function opened(
  key: ObjectKey,
  range: ByteRange | undefined,
  answer: Download,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<ReadResult> {
  const raw = responseBody(answer.readableStreamBody, attempt, signal);
  try {
    const size = range === undefined ? lengthOf(answer, attempt) : wholeSize(range, answer.contentRange, attempt);
    const stat = objectStat(key, size, answer, attempt);
    const md5 = range === undefined ? answer.contentMD5 : undefined;
    const checksums = md5 === undefined ? {} : { md5: Buffer.from(md5).toString('hex') };
    const { operation, target } = attempt;
    const expected = { operation, target, size: range?.length ?? size, checksums };
    return { stat, body: (await verifiedBody(raw, expected)).body };
  } catch (error) {
    await raw.cancel();
    throw error;
  }
}

function lengthOf({ contentLength }: { readonly contentLength?: number }, { operation, target }: Attempt): number {
  if (contentLength === undefined) {
    const reason = 'the store answered without the length of the content';
    throw new VfsError({ code: 'Unknown', operation, target, reason });
  }
  return contentLength;
}

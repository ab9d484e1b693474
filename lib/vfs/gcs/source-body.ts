import { abortableBody, refuseOther, verifiedBody } from '../body.ts';
import { beforeSending } from '../errors.ts';
import type { BodySource, ChecksumSet, ObjectBody } from '../types.ts';
import { type Attempt, toVfsError } from './errors.ts';

/** A source that was opened. */
export interface OpenedSource {
  /** The bytes; fails at its end unless they have the size and the digests that the source vouches for, and before it yields more than the size. */
  readonly body: ObjectBody;
  /** CRC-32C and MD5 of all bytes, and what else the source vouches for; empty before the end. */
  readonly digests: () => ChecksumSet;
}

/** Opens a source for sending. What it fails with is thrown as it is. */
export async function openSource(source: BodySource, attempt: Attempt, signal: AbortSignal): Promise<OpenedSource> {
  const { operation, target } = attempt;
  const { size, checksums } = source;
  const expected = { operation, target, size, checksums };
  const opened = abortableBody(await source.open(signal), signal, attempt);
  const { body, digests } = await verifiedBody(opened, expected, ['crc32c', 'md5']);
  async function* noMoreThanSize() {
    let seen = 0;
    for await (const chunk of body) {
      seen += chunk.byteLength;
      if (seen > size) {
        refuseOther(expected, seen, {});
      }
      yield chunk;
    }
  }
  return { body: { [Symbol.asyncIterator]: noMoreThanSize, cancel: () => body.cancel() }, digests };
}

/** Does what comes before the request that makes the object. A failure here says that the store carried out nothing. */
export async function beforeWriting<T>(attempt: Attempt, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw beforeSending(toVfsError(error, attempt, signal));
  }
}

import { beforeSending } from '../errors.ts';
import type { BodySource } from '../types.ts';
import { wholeSource } from '../whole-source.ts';
import { type Attempt, toVfsError } from './errors.ts';

/** All bytes of a source, and their digest. */
export interface Content {
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/**
 * Takes a source in, since it goes into one JSON text. Rejects with `ChecksumMismatch` unless it has the size and digests that it says; nothing was
 * sent then.
 */
export async function contentOf(source: BodySource, attempt: Attempt, signal: AbortSignal): Promise<Content> {
  try {
    const { bytes, digests } = await wholeSource(source, attempt, signal, ['sha256']);
    return { bytes, sha256: digests.sha256 ?? '' };
  } catch (error) {
    throw beforeSending(toVfsError(error, attempt));
  }
}

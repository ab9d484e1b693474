import { abortableBody, type Expectation, refuseOther } from '../body.ts';
import { digestBytes } from '../checksums.ts';
import type { BodySource, ChecksumAlgorithm } from '../types.ts';
import { type Attempt, beforeSending, toVfsError } from './errors.ts';

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
  const expected: Expectation = { ...attempt, size: source.size, checksums: source.checksums };
  try {
    const bytes = source.bytes ?? (await collected(source, expected, signal));
    const named = Object.keys(source.checksums) as ChecksumAlgorithm[];
    const digests = await digestBytes(bytes, [...new Set([...named, 'sha256' as const])]);
    refuseOther(expected, bytes.byteLength, digests);
    return { bytes, sha256: digests.sha256 ?? '' };
  } catch (error) {
    throw beforeSending(toVfsError(error, attempt));
  }
}

async function collected(source: BodySource, expected: Expectation, signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of abortableBody(await source.open(signal), signal, expected)) {
    size += chunk.byteLength;
    if (size > expected.size) {
      refuseOther(expected, size, {});
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

import { abortableBody, type BodyOrigin, type Expectation, refuseOther, verifiedBytes } from './body.ts';
import type { BodySource, ChecksumAlgorithm, ChecksumSet } from './types.ts';

/**
 * All bytes of a source, for stores that take an object as one text, with the digests that the source vouches for and those of `also`. Rejects with
 * `ChecksumMismatch` unless the bytes have the size and the digests that it says, and reads no more than that size.
 */
export async function wholeSource(
  source: BodySource,
  { operation, target }: BodyOrigin,
  signal: AbortSignal,
  also: readonly ChecksumAlgorithm[],
): Promise<{ readonly bytes: Uint8Array; readonly digests: ChecksumSet }> {
  const expected: Expectation = { operation, target, size: source.size, checksums: source.checksums };
  const bytes = source.bytes ?? (await drained(source, expected, signal));
  return { bytes, digests: await verifiedBytes(bytes, expected, also) };
}

async function drained(source: BodySource, expected: Expectation, signal: AbortSignal): Promise<Uint8Array> {
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

import { bytesSource } from './body.ts';
import { digestBytes } from './checksums.ts';
import { isVfsError, type VfsErrorCode } from './errors.ts';
import { type ProbeBench, rethrowUndecided } from './probe-bench.ts';
import type { BodySource, ChecksumAlgorithm, ObjectBody, ObjectKey } from './types.ts';

/** The declared digests by which the store refuses other bytes than were promised, and keeps nothing. */
export async function verifiedDigests(bench: ProbeBench): Promise<readonly ChecksumAlgorithm[]> {
  const found: ChecksumAlgorithm[] = [];
  for (const algorithm of bench.driver.capabilities.writeVerifies) {
    const key = bench.key(`writeVerifies-${algorithm}`);
    const kept = await keptOf(bench, key, await changingSource(algorithm));
    // A driver that stores each piece as it comes is not deceived by bytes that change later: it is told a wrong digest.
    const verifies = kept === promised ? await refusesWrong(bench, algorithm) : kept === undefined;
    found.push(...(verifies ? [algorithm] : []));
  }
  return found;
}

const promised = 'the bytes that were promised';
const half = promised.length / 2;

/**
 * Bytes that change on their way, after the driver has digested them and before they are sent: drivers hold what they are given against
 * its digests themselves, so that a wrong digest alone would never reach the store.
 */
async function changingSource(algorithm: ChecksumAlgorithm): Promise<BodySource> {
  async function* changing(): AsyncGenerator<Uint8Array, void, undefined> {
    const first = Buffer.from(promised.slice(0, half));
    yield first;
    first.fill('x');
    yield Buffer.from(promised.slice(half));
  }
  const open = async (): Promise<ObjectBody> => ({ [Symbol.asyncIterator]: changing, cancel: async () => {} });
  return { size: promised.length, checksums: await digestBytes(Buffer.from(promised), [algorithm]), open };
}

/** What is stored after a write, whether it succeeded or not; undefined where nothing is. */
async function keptOf(bench: ProbeBench, key: ObjectKey, source: BodySource): Promise<string | undefined> {
  await bench.put(key, source).catch(rethrowPassing);
  return bench.text(key).catch((error: unknown) => {
    if (!isVfsError(error, 'NotFound')) {
      throw error;
    }
    return undefined;
  });
}

/** Failures that say nothing. Any other is a refusal, even a 403: a signature covers the digest of the bytes. */
const passing: readonly VfsErrorCode[] = ['RateLimited', 'Unavailable', 'DeadlineExceeded', 'Aborted'];

function rethrowPassing(error: unknown): void {
  if (!isVfsError(error) || passing.includes(error.code)) {
    throw error;
  }
}

async function refusesWrong(bench: ProbeBench, algorithm: ChecksumAlgorithm): Promise<boolean> {
  const wrong = bytesSource(Buffer.from('probe'), { [algorithm]: wrongDigests[algorithm] });
  const code = await bench.put(bench.key(`writeVerifies-wrong-${algorithm}`), wrong).then(
    () => undefined,
    (error: unknown) => (isVfsError(error, 'ChecksumMismatch') ? error.code : rethrowUndecided(error)),
  );
  return code === 'ChecksumMismatch';
}

/** Of the right length, and the digest of nothing that the probe sends. */
const wrongDigests: Readonly<Record<ChecksumAlgorithm, string>> = {
  sha256: '0'.repeat(64),
  md5: '0'.repeat(32),
  crc64nvme: '0'.repeat(16),
  crc64xz: '0'.repeat(16),
  crc32c: '0'.repeat(8),
};

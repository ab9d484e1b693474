import { randomUUID } from 'node:crypto';
import { bytesSource } from './body.ts';
import type { Capabilities } from './capabilities.ts';
import type { Driver } from './driver.ts';
import { isVfsError } from './errors.ts';
import { ProbeBench, rethrowUndecided } from './probe-bench.ts';
import { copyExperiments } from './probe-copies.ts';
import { type Experiment, objectExperiments } from './probe-objects.ts';
import { uploadExperiments } from './probe-uploads.ts';
import type { ChecksumAlgorithm } from './types.ts';

export interface ProbeOptions {
  readonly signal?: AbortSignal;
  /** Names the scratch prefix. @default randomUUID */
  readonly name?: () => string;
}

const experiments: readonly Experiment[] = [...objectExperiments, ...copyExperiments, ...uploadExperiments];

/**
 * Finds out by doing what a store really honours of that which its driver declares: S3-compatibles accept conditions
 * and ignore them.
 *
 * Works in `.statesync/probe-<random>/`, and removes what it made, also when it fails. Says nothing of capabilities
 * that are declared false or cannot be tried. Rejects when the store fails, or does not allow it: that is no finding.
 */
export async function probeStore(driver: Driver, options: ProbeOptions = {}): Promise<Partial<Capabilities>> {
  const { signal = new AbortController().signal, name = randomUUID } = options;
  const bench = new ProbeBench(driver, `.statesync/probe-${name()}/`, signal);
  try {
    const flags: Record<string, boolean> = {};
    for (const { capability, holds } of experiments) {
      if (driver.capabilities[capability] === true) {
        flags[capability] = await holds(bench, bench.key(capability)).catch(rethrowUndecided);
      }
    }
    return { ...flags, writeVerifies: await verified(bench) };
  } finally {
    await bench.clear();
  }
}

/** The digests of which the store refuses a wrong one, and keeps nothing. */
async function verified(bench: ProbeBench): Promise<readonly ChecksumAlgorithm[]> {
  const found: ChecksumAlgorithm[] = [];
  for (const algorithm of bench.driver.capabilities.writeVerifies) {
    const key = bench.key(`writeVerifies-${algorithm}`);
    const wrong = bytesSource(Buffer.from('probe'), { [algorithm]: wrongDigests[algorithm] });
    const code = await bench.put(key, wrong).then(
      () => undefined,
      (error: unknown) => (isVfsError(error, 'ChecksumMismatch') ? error.code : rethrowUndecided(error)),
    );
    if (code === 'ChecksumMismatch') {
      found.push(algorithm);
    }
  }
  return found;
}

/** Of the right length, and the digest of nothing that the probe sends. */
const wrongDigests: Readonly<Record<ChecksumAlgorithm, string>> = {
  sha256: '0'.repeat(64),
  md5: '0'.repeat(32),
  crc64nvme: '0'.repeat(16),
  crc64xz: '0'.repeat(16),
  crc32c: '0'.repeat(8),
};

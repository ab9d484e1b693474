import { randomUUID } from 'node:crypto';
import type { Capabilities } from './capabilities.ts';
import type { Driver } from './driver.ts';
import { isVfsError, VfsError } from './errors.ts';
import { ProbeBench, rethrowUndecided } from './probe-bench.ts';
import { copyExperiments } from './probe-copies.ts';
import { verifiedDigests } from './probe-digests.ts';
import { type Experiment, type Flag, objectExperiments } from './probe-objects.ts';
import { uploadExperiments } from './probe-uploads.ts';

export interface ProbeOptions {
  readonly signal?: AbortSignal;
  /** Names the scratch prefix. @default randomUUID */
  readonly name?: () => string;
  /** What is tried. @default everything, digests among it */
  readonly only?: readonly Flag[];
}

const experiments: readonly Experiment[] = [...objectExperiments, ...copyExperiments, ...uploadExperiments];

/**
 * Finds out by doing what a store really honours of that which its driver declares: S3-compatibles accept conditions
 * and ignore them.
 *
 * Works in `.statesync/probe-<random>/`, and removes what it made, also when it fails or is given up. Says nothing of
 * capabilities that are declared false or cannot be tried. Rejects when the store fails, or does not allow it: that is no finding.
 */
export async function probeStore(driver: Driver, options: ProbeOptions = {}): Promise<Partial<Capabilities>> {
  const { signal = new AbortController().signal, name = randomUUID, only } = options;
  const bench = new ProbeBench(driver, `.statesync/probe-${name()}/`, signal);
  try {
    const flags = await honoured(bench, only);
    const found = only === undefined ? { ...flags, writeVerifies: await verifiedDigests(bench) } : flags;
    await bench.clear();
    return found;
  } catch (error) {
    await bench.clear().catch(() => {}); // What went wrong first is what is told.
    throw signal.aborted && !isVfsError(error) ? aborted(driver, error) : error;
  }
}

function aborted({ url }: Driver, cause: unknown): VfsError {
  return new VfsError({ code: 'Aborted', operation: 'probe', target: url, reason: 'the caller gave up', cause });
}

async function honoured(
  bench: ProbeBench,
  only: readonly Flag[] | undefined,
): Promise<Readonly<Record<string, boolean>>> {
  const flags: Record<string, boolean> = {};
  for (const { capability, holds } of experiments) {
    if (bench.driver.capabilities[capability] && (only?.includes(capability) ?? true)) {
      const holding = await holds(bench, bench.key(capability)).catch(rethrowUndecided);
      Object.assign(flags, holding === undefined ? {} : { [capability]: holding });
    }
  }
  return flags;
}

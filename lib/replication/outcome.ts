import { isLeaseHeld } from '../control/lease-held-error.ts';
import { isRefusedCondition, isVfsError, type VfsError } from '../vfs/errors.ts';
import type { Objection } from './gate.ts';

/** What happened to one key at one destination. */
export type Outcome =
  /** Both ends hold the same; `by` names the evidence. */
  | { readonly kind: 'in-sync'; readonly key: string; readonly by: Evidence }
  /**
   * `remark` names what is worth a look, such as a backup of unknown format; `objection` what a gate that only warns has against the configuration that the key
   * belongs to. It stands at one key of those that changed.
   */
  | {
      readonly kind: 'written';
      readonly key: string;
      readonly bytes: number;
      readonly remark?: string;
      readonly objection?: Objection;
    }
  | { readonly kind: 'deleted'; readonly key: string; readonly objection?: Objection }
  /** Gone at the source, and kept at the destination because its class says so. */
  | { readonly kind: 'retained'; readonly key: string; readonly reason: string }
  /** Kept back by the gate, until the configuration is mended at the source: that event brings it. */
  | ({ readonly kind: 'held'; readonly key: string } & Objection)
  /** The parts that it counts together with are still moving; their own events will bring it. */
  | { readonly kind: 'deferred'; readonly key: string; readonly reason: string }
  /** Not deleted, because more deletes were asked for than the brake allows. */
  | { readonly kind: 'braked'; readonly key: string; readonly reason: string }
  /** The route does not carry it: it is neither read nor deleted. */
  | { readonly kind: 'not-carried'; readonly key: string; readonly reason: string }
  | {
      readonly kind: 'failed';
      readonly key: string;
      readonly reason: string;
      readonly retryable: boolean;
      readonly code: FailureCode;
    };

export type OutcomeKind = Outcome['kind'];

/** How equality was proved. */
export type Evidence =
  | 'absence'
  | 'sha256'
  | 'md5'
  | 'crc64nvme'
  | 'crc64xz'
  | 'crc32c and stamp'
  | 'stamp'
  | 'listing'
  | 'reading';

export type FailureCode =
  | VfsError['code']
  /** Either end changed again in every round, or another worker is at it. */
  | 'Contended'
  /** The source answered with what is older than the replica, or may be. */
  | 'Stale'
  /** The object came from the destination that it would be written to. */
  | 'Loop';

/** Whether an outcome ends the work on its key: all but a failure that may pass. */
export function isFinal(outcome: Outcome): boolean {
  return outcome.kind !== 'failed' || !outcome.retryable;
}

/**
 * Runs work on a key or its group; an error becomes the outcome `failed` of that key.
 *
 * What is no store's error is a defect of ours: it is reported by its name only, may pass, and stops nobody else's work.
 */
export async function orFailure<T extends Outcome | readonly Outcome[]>(
  key: string,
  work: () => Promise<T>,
): Promise<T | Outcome> {
  try {
    return await work();
  } catch (error) {
    if (isLeaseHeld(error)) {
      return { kind: 'failed', key, reason: error.message, retryable: true, code: 'Contended' };
    }
    if (!isVfsError(error)) {
      const reason = `unexpected ${error instanceof Error ? error.name : typeof error}`;
      return { kind: 'failed', key, reason, retryable: true, code: 'Unknown' };
    }
    const retryable = error.retryable || error.code === 'Aborted' || isRefusedCondition(error);
    return { kind: 'failed', key, reason: error.message, retryable, code: error.code };
  }
}

/** Counts outcomes by kind, and bytes written. */
export class Tally {
  readonly #counts = new Map<OutcomeKind, number>();
  #bytes = 0;

  add(outcome: Outcome): void {
    this.#counts.set(outcome.kind, this.count(outcome.kind) + 1);
    this.#bytes += outcome.kind === 'written' ? outcome.bytes : 0;
  }

  count(kind: OutcomeKind): number {
    return this.#counts.get(kind) ?? 0;
  }

  get bytesWritten(): number {
    return this.#bytes;
  }

  /** Counts by kind, without zeros. */
  toJSON(): Readonly<Partial<Record<OutcomeKind, number>>> {
    return Object.fromEntries(this.#counts);
  }
}

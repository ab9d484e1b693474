import { randomUUID } from 'node:crypto';
import type { Clock } from '../flow/clock.ts';
import type { Store } from '../vfs/store.ts';
import { Lease } from './lease.ts';
import { LeaseHeldError } from './lease-held-error.ts';
import type { LeaseRecord } from './lease-record.ts';
import { LeaseRecords, type StoredLease } from './lease-records.ts';

export interface LeasesOptions {
  /** The control store: it creates, overwrites and deletes under conditions, and tells when an object was written. */
  readonly control: Store;
  readonly clock: Clock;
  /** Who asks, for whoever looks at a lease. */
  readonly holder: string;
  /** For how long a lease holds that is not renewed, in milliseconds. @default 120000 */
  readonly durationMs?: number;
  /** Gives a text that was never given before, by anybody. @default randomUUID */
  readonly newNonce?: () => string;
}

/** How far apart the clocks of a control store may be, and how coarse: S3 tells whole seconds. In milliseconds. */
const spreadMs = 5_000;

/**
 * Leases: while one is held, nobody else is given one of the same subject.
 *
 * A lease runs out by the clock of the control store: what this process takes for the time counts only for how long ago it asked itself. Fails closed:
 * where the control store cannot be asked, there is no lease.
 */
export class Leases {
  readonly #options: Required<Omit<LeasesOptions, 'control'>>;
  readonly #records: LeaseRecords;

  constructor({ control, ...options }: LeasesOptions) {
    this.#options = { durationMs: 120_000, newNonce: randomUUID, ...options };
    this.#records = new LeaseRecords(control);
  }

  /**
   * Takes a lease, which `end` gives back: one request where it is free. Rejects with `LeaseHeldError` where somebody holds it, after three more, and
   * with `VfsError` where the control store fails.
   *
   * Of a holder that is no more, the lease is taken over when it has run out.
   */
  async acquire(subject: string, signal: AbortSignal): Promise<Lease> {
    const { holder, durationMs, newNonce, clock } = this.#options;
    const record: LeaseRecord = { version: 1, subject, holder, nonce: newNonce(), writes: 1, durationMs };
    const askedAt = clock.now();
    const found = await this.#records.put(record, { kind: 'if-absent' }, signal);
    if (found !== undefined && isSame(found, record)) {
      return this.#hold(found, askedAt);
    }
    if (found === undefined || !(await this.#hasRunOut(found, signal))) {
      throw new LeaseHeldError(subject, found?.record.holder);
    }
    return this.#takeOver(found, { ...record, writes: 2 }, signal);
  }

  async #takeOver({ revision }: StoredLease, record: LeaseRecord, signal: AbortSignal): Promise<Lease> {
    const askedAt = this.#options.clock.now();
    const found = await this.#records.put(record, { kind: 'if-match', revision }, signal);
    if (found === undefined || !isSame(found, record)) {
      throw new LeaseHeldError(record.subject, found?.record.holder);
    }
    return this.#hold(found, askedAt);
  }

  #hold(stored: StoredLease, askedAt: number): Lease {
    return new Lease(stored, { records: this.#records, clock: this.#options.clock, askedAt });
  }

  async #hasRunOut({ record, modifiedAt }: StoredLease, signal: AbortSignal): Promise<boolean> {
    const now = await this.#records.now(signal);
    return (
      now !== undefined &&
      modifiedAt !== undefined &&
      now.getTime() - modifiedAt.getTime() > record.durationMs + spreadMs
    );
  }
}

/** Whether the record that is stored is the one that was written, by whom and whenever. */
export function isSame({ record }: StoredLease, { nonce, writes }: LeaseRecord): boolean {
  return record.nonce === nonce && record.writes === writes;
}

import type { Clock } from '../flow/clock.ts';
import { VfsError } from '../vfs/errors.ts';
import type { LeaseRecords, StoredLease } from './lease-records.ts';

interface LeaseSurroundings {
  readonly records: LeaseRecords;
  readonly clock: Clock;
  /** When it was asked for, by `clock`: the store wrote it later, so it holds for its duration from here on at least. */
  readonly askedAt: number;
}

/** Which part of a lease's duration passes before it is renewed, and which part must be left for a change to be sent. */
const renewal = 1 / 3;
const reserve = 1 / 4;
/** Milliseconds for the request that gives a lease back, when the holder's own time may be over. */
const releaseMs = 2_000;

/** A lease that is held. It renews itself until `end`. */
export class Lease {
  readonly #records: LeaseRecords;
  readonly #clock: Clock;
  readonly #lost = new AbortController();
  readonly #ended = new AbortController();
  readonly #renewing: Promise<void>;
  #stored: StoredLease;
  /** By our own clock. The store's says the same, or later. */
  #runsOutAt: number;
  #writes: number;
  #isLeft = false;

  constructor(stored: StoredLease, { records, clock, askedAt }: LeaseSurroundings) {
    this.#stored = stored;
    this.#writes = stored.record.writes;
    this.#records = records;
    this.#clock = clock;
    this.#runsOutAt = askedAt + stored.record.durationMs;
    this.#renewing = this.#renewUntilEnded();
  }

  get subject(): string {
    return this.#stored.record.subject;
  }

  /** Fires when the lease has run out, or somebody else has it: what is under way must not go on. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /**
   * Throws `Unavailable` unless a change may be sent: so much of the lease is left that it will have arrived before anybody else is given one, and no
   * change before it was left unanswered.
   */
  requireForChange(operation: string, target: string): void {
    const isRunningOut = this.#msLeft() < this.#stored.record.durationMs * reserve || this.#lost.signal.aborted;
    if (isRunningOut || this.#isLeft) {
      const reason = isRunningOut
        ? 'its lease is running out'
        : 'an earlier change under its lease was left unanswered';
      throw new VfsError({ code: 'Unavailable', operation, target, reason, maybeApplied: false });
    }
  }

  /** The lease will run out instead of being given back: a change was left unanswered, and may still arrive. */
  leave(): void {
    this.#isLeft = true;
  }

  /** Ends it, and gives it back unless it was left. Never rejects: what could not be given back runs out. */
  async end(): Promise<void> {
    this.#ended.abort();
    await this.#renewing;
    if (!this.#isLeft) {
      const { revision } = this.#stored;
      await this.#records.remove(this.subject, revision, AbortSignal.timeout(releaseMs)).catch(() => {});
    }
  }

  async #renewUntilEnded(): Promise<void> {
    const { signal } = this.#ended;
    while (!(signal.aborted || this.#lost.signal.aborted)) {
      await this.#clock.sleep(this.#msToRenewal(), signal).catch(() => {}); // It rejects when the lease ends.
      if (!signal.aborted) {
        await this.#renew(signal).catch(() => {}); // There may be time for another attempt.
      }
      if (this.#msLeft() <= 0) {
        this.#lost.abort();
      }
    }
  }

  async #renew(signal: AbortSignal): Promise<void> {
    const askedAt = this.#clock.now();
    this.#writes += 1;
    const record = { ...this.#stored.record, writes: this.#writes };
    const { revision } = this.#stored;
    const found = await this.#records.put(record, { kind: 'if-match', revision }, signal);
    if (found?.record.nonce !== record.nonce) {
      this.#lost.abort();
      return;
    }
    this.#stored = found;
    if (found.record.writes === record.writes) {
      this.#runsOutAt = askedAt + record.durationMs;
    }
  }

  #msLeft(): number {
    return this.#runsOutAt - this.#clock.now();
  }

  #msToRenewal(): number {
    return Math.max(0, Math.min(this.#stored.record.durationMs * renewal, this.#msLeft()));
  }
}

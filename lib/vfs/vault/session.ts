import type { Clock } from '../../flow/clock.ts';
import { SharedFact } from '../shared-fact.ts';
import type { VaultClient } from './client.ts';
import { invalidToken } from './error-table.ts';
import { VaultRefusal } from './refusal.ts';
import { type Grant, renewToken, type TokenSource } from './sign-in.ts';

/** A token in use; times in milliseconds since the epoch. */
interface Lease {
  readonly endsAt: number;
  /** When more time, or another token, is asked for. */
  readonly dueAt: number;
  readonly renewable: boolean;
}

/** Of a token's time, what passes before more is asked for. */
const usedBeforeRenewal = 2 / 3;
/** Milliseconds between two attempts while the token is still good. */
const retryMs = 10_000;

/**
 * Keeps the client in a token that is good.
 *
 * There is no timer, which would not run in a function that is frozen between two events: each call looks whether the token is due, and one
 * of them renews it for all. A token that cannot be renewed is had anew: by another login, or from where it was given, which may hold another by
 * now.
 */
export class VaultSession {
  readonly #client: VaultClient;
  readonly #source: TokenSource;
  readonly #clock: Clock;
  #lease: Lease | undefined;
  #refreshing: SharedFact<void> | undefined;

  constructor(client: VaultClient, source: TokenSource, clock: Clock) {
    this.#client = client;
    this.#source = source;
    this.#clock = clock;
  }

  /** Resolves once the client has a token. Rejects with `CredentialsError`. */
  async ready(signal: AbortSignal): Promise<void> {
    if (this.#lease === undefined || this.#clock.now() >= this.#lease.dueAt) {
      this.#refreshing ??= new SharedFact(() => this.#refresh().finally(() => this.#ended()));
      await this.#refreshing.get(signal);
    }
  }

  /**
   * Resolves to true when a call that was refused with 403 is worth a second attempt, because its token had ended and another one is in
   * use now. Rejects with `CredentialsError` when none can be had.
   */
  async replaced(token: string, refusal: VaultRefusal, signal: AbortSignal): Promise<boolean> {
    if (this.#client.token !== token) {
      return true;
    }
    if (!refusal.says(invalidToken) && !hasEnded(this.#lease, this.#clock.now())) {
      return false;
    }
    this.#lease = undefined;
    await this.ready(signal);
    return true;
  }

  #ended(): void {
    this.#refreshing = undefined;
  }

  async #refresh(): Promise<void> {
    const lease = this.#lease;
    try {
      this.#lease = this.#leaseOf(await this.#nextGrant(lease));
    } catch (error) {
      if (lease === undefined || hasEnded(lease, this.#clock.now())) {
        throw error;
      }
      this.#lease = { ...lease, dueAt: this.#clock.now() + retryMs };
    }
  }

  async #nextGrant(lease: Lease | undefined): Promise<Grant> {
    if (lease?.renewable === true) {
      try {
        return await renewToken(this.#client);
      } catch (error) {
        const refused = error instanceof VaultRefusal && (error.status === 400 || error.status === 403);
        if (!refused && !hasEnded(lease, this.#clock.now())) {
          throw error;
        }
      }
    }
    return this.#source.obtain();
  }

  #leaseOf({ leaseMs, renewable }: Grant): Lease {
    const now = this.#clock.now();
    return { endsAt: now + leaseMs, dueAt: now + leaseMs * usedBeforeRenewal, renewable };
  }
}

function hasEnded(lease: Lease | undefined, now: number): boolean {
  return lease === undefined || now >= lease.endsAt;
}

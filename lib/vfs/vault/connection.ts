import type { Clock } from '../../flow/clock.ts';
import type { Environment } from '../environment.ts';
import { beforeSending, VfsError } from '../errors.ts';
import { givenUp } from '../known-failure.ts';
import { SharedFact } from '../shared-fact.ts';
import type { VaultBody } from './answer.ts';
import { readCertificates } from './certificates.ts';
import { type Call, callOptions, createVaultClient, type VaultClient } from './client.ts';
import { noForwarding } from './error-table.ts';
import { type Attempt, toVfsError } from './errors.ts';
import { askMountKind, neededKind } from './mount-kind.ts';
import { VaultRefusal } from './refusal.ts';
import { whyNotSecretPath } from './secret-path.ts';
import { VaultSession } from './session.ts';
import type { VaultSettings } from './settings.ts';
import { tokenSource } from './sign-in.ts';
import { VaultTransport } from './transport.ts';

/** Vault Enterprise, "Eventual consistency": a performance standby hands the request on. Others answer 400 unless they are set to. */
const toActiveNode = { 'X-Vault-Forward': 'active-node' };

/**
 * The way to one mount: its client, its token, and what is known of it.
 *
 * A call is one request, but for the token (asked about or got before the first request, renewed when it is due, got anew once when it is refused), and for two
 * questions that are asked once: whether a read may ask for the active node, with the first read; and whether the mount is a KV of version 2, before
 * the first write and when a 404 does not say what is missing.
 */
export class VaultConnection {
  readonly settings: VaultSettings;
  readonly clock: Clock;
  readonly #client: VaultClient;
  readonly #transport: VaultTransport;
  readonly #session: VaultSession;
  readonly #kind: SharedFact<string | undefined>;
  /** Whether reads ask for the active node. */
  #forwards = true;

  constructor(settings: VaultSettings, environment: Environment, clock: Clock) {
    this.settings = settings;
    this.clock = clock;
    this.#transport = new VaultTransport(() => readCertificates(settings.caCert));
    this.#client = createVaultClient(settings, this.#transport);
    this.#session = new VaultSession(
      this.#client,
      tokenSource(this.#client, settings.signIn, environment, clock),
      clock,
    );
    this.#kind = new SharedFact(() => askMountKind(settings.mount, (signal, call) => this.#perform(signal, call)));
  }

  /** What is being done, for errors. */
  attempt(operation: string, key: string): Attempt {
    return { operation, target: `${this.settings.url}/${key}` };
  }

  /** Throws `InvalidArgument` for a key that Vault cannot hold as it is. */
  requireHoldable(key: string, { operation, target }: Attempt): void {
    const reason = whyNotSecretPath(key);
    if (reason !== undefined) {
      throw new VfsError({ code: 'InvalidArgument', operation, target, reason });
    }
  }

  /** Sends one request. Rejects with `VfsError`. */
  async send(attempt: Attempt, signal: AbortSignal, call: Call): Promise<VaultBody> {
    try {
      return await this.#perform(signal, call);
    } catch (error) {
      throw errorOf(error, attempt, signal);
    }
  }

  /**
   * Sends one request that asks for something, of the active node where the server lets us say so: another node may be behind. A 404 of Vault is
   * an answer: its body, which for a version that was deleted or destroyed has data. It proves no absence before the mount is known.
   */
  async ask(
    attempt: Attempt,
    signal: AbortSignal,
    call: Call,
  ): Promise<{ readonly found: boolean; readonly body: VaultBody }> {
    try {
      return { found: true, body: await this.#performRead(signal, call) };
    } catch (error) {
      if (!(error instanceof VaultRefusal) || error.status !== 404) {
        throw errorOf(error, attempt, signal);
      }
      if (error.isAbsence) {
        await this.requireKv2(attempt, signal);
      } else if (error.body?.['data'] == null) {
        throw errorOf(error, attempt, signal);
      }
      return { found: false, body: error.body };
    }
  }

  /**
   * Rejects with `InvalidArgument` unless the mount may be a KV of version 2. One of version 1 would store what is meant for the API of
   * version 2 as a secret of its own, and answers 404 to every read.
   */
  async requireKv2(attempt: Attempt, signal: AbortSignal): Promise<void> {
    try {
      const kind = await this.#kind.get(signal);
      if (kind !== undefined && kind !== neededKind) {
        const reason = `the mount ${this.settings.mount}/ is of type ${kind}; a store needs a KV secrets engine of version 2`;
        throw new VfsError({ code: 'InvalidArgument', ...attempt, reason });
      }
    } catch (error) {
      throw beforeSending(errorOf(error, attempt, signal));
    }
  }

  /** Closes all connections. */
  close(): void {
    this.#transport.close();
  }

  async #performRead(signal: AbortSignal, call: Call): Promise<VaultBody> {
    if (this.#forwards) {
      try {
        return await this.#perform(signal, call, toActiveNode);
      } catch (error) {
        if (!(error instanceof VaultRefusal) || !error.says(noForwarding)) {
          throw error;
        }
        this.#forwards = false;
      }
    }
    return this.#perform(signal, call);
  }

  async #perform(signal: AbortSignal, call: Call, headers = {}): Promise<VaultBody> {
    await this.#session.ready(signal);
    const { token } = this.#client;
    try {
      return await call(this.#client, callOptions(signal, headers));
    } catch (error) {
      const refused = error instanceof VaultRefusal && error.status === 403;
      if (refused && (await this.#session.replaced(token, error, signal))) {
        return call(this.#client, callOptions(signal, headers));
      }
      throw error;
    }
  }
}

function errorOf(error: unknown, attempt: Attempt, signal: AbortSignal): VfsError {
  return signal.aborted && !(error instanceof VfsError) ? givenUp(attempt) : toVfsError(error, attempt);
}

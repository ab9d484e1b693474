import type { Agent } from 'node:http';
import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import type { Clock } from '../../flow/clock.ts';
import { VfsError } from '../errors.ts';
import { givenUp } from '../known-failure.ts';
import type { ObjectKey, Precondition } from '../types.ts';
import { unlessAborted } from '../unless-aborted.ts';
import type { Access } from './access.ts';
import { createAgent, createClient } from './client.ts';
import { type Attempt, isRefusal, statusOf, toVfsError, Unchanged } from './errors.ts';
import { whyNotBlobName } from './names.ts';
import type { AzureSettings } from './settings.ts';

/**
 * The way to one container: its client, and who signs. A call is one request; nothing is asked of the container itself.
 */
export class AzureConnection {
  readonly settings: AzureSettings;
  readonly clock: Clock;
  readonly #open: () => Promise<Access>;
  readonly #agent: Agent;
  #access: Promise<Access> | undefined;
  #client: ContainerClient | undefined;

  /** `open` finds out how to sign in. It is asked before the first request, and again after it failed or the sign-in was refused. */
  constructor(settings: AzureSettings, open: () => Promise<Access>, clock: Clock) {
    this.settings = settings;
    this.clock = clock;
    this.#open = open;
    this.#agent = createAgent(settings);
  }

  /** What is being done, for errors. */
  attempt(operation: string, key: string, precondition?: Precondition): Attempt {
    const target = `${this.settings.url}/${key}`;
    return { operation, target, ...(precondition === undefined ? {} : { precondition }) };
  }

  /** How requests are signed. */
  async access(): Promise<Access> {
    this.#access ??= this.#open();
    const access = this.#access;
    try {
      return await access;
    } catch (error) {
      if (this.#access === access) {
        this.#access = undefined;
      }
      throw error;
    }
  }

  /** Throws `InvalidArgument` for a key that can be no blob's name. */
  requireName(key: ObjectKey, { operation, target }: Attempt): void {
    const reason = whyNotBlobName(key);
    if (reason !== undefined) {
      throw new VfsError({ code: 'InvalidArgument', operation, target, reason });
    }
  }

  /**
   * Asks something of a blob. Rejects with `VfsError`, before any request for what is no blob's name, and with
   * `Unchanged` on a 304.
   */
  async ask<T>(
    key: ObjectKey,
    attempt: Attempt,
    signal: AbortSignal,
    ask: (blob: BlockBlobClient) => Promise<T>,
  ): Promise<T> {
    this.requireName(key, attempt);
    return this.askContainer(attempt, signal, (container) => ask(container.getBlockBlobClient(key)));
  }

  /** Asks something of the container. */
  async askContainer<T>(
    attempt: Attempt,
    signal: AbortSignal,
    ask: (container: ContainerClient) => Promise<T>,
  ): Promise<T> {
    try {
      signal.throwIfAborted();
      // The SDK waits on for a token that others wait for too.
      return await unlessAborted(this.#container().then(ask), signal);
    } catch (error) {
      if (statusOf(error) === 304) {
        throw new Unchanged();
      }
      const failure = signal.aborted && !isRefusal(error) ? givenUp(attempt) : toVfsError(error, attempt);
      if (failure.code === 'Unauthenticated') {
        this.#forgetAccess();
      }
      throw failure;
    }
  }

  /** Closes all connections. */
  close(): void {
    this.#agent.destroy();
  }

  /** A key or a secret may have been changed where it is kept: the next call reads it anew. */
  #forgetAccess(): void {
    this.#access = undefined;
    this.#client = undefined;
  }

  async #container(): Promise<ContainerClient> {
    const { credential } = await this.access();
    this.#client ??= createClient(this.settings, credential, this.#agent);
    return this.#client;
  }
}

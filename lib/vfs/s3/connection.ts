import type {
  $Command,
  S3Client,
  S3ClientResolvedConfig,
  ServerSideEncryption,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/client-s3';
import type { Clock } from '../../flow/clock.ts';
import { createHandler } from '../aws/http-handler.ts';
import { beforeSending, VfsError } from '../errors.ts';
import { givenUp } from '../known-failure.ts';
import { SharedFact } from '../shared-fact.ts';
import type { Precondition } from '../types.ts';
import { askEncryption, askPresence, askRegion, type BucketFields } from './bucket-facts.ts';
import { createClient } from './client.ts';
import type { KeysProvider } from './credentials.ts';
import { type Attempt, isUnexplained404, statusOf, toVfsError, Unchanged } from './errors.ts';
import type { S3Settings } from './settings.ts';

/** Any command of the S3 client. */
export type S3Command<Input extends ServiceInputTypes, Output extends ServiceOutputTypes> = $Command<
  Input,
  Output,
  S3ClientResolvedConfig
>;

/** For how long a bucket that was seen is taken to be there, in milliseconds. */
const presenceMs = 60_000;

/**
 * The way to one bucket: its client, and what is known of it.
 *
 * A call is one request, but for three questions that are asked of a bucket and remembered: where it lies (on Amazon S3, before
 * the first request, unless the definition says it), whether it encrypts by itself (on Amazon S3, before the first write),
 * and whether it is there at all (when a 404 does not say what is missing; once a minute).
 */
export class S3Connection {
  readonly settings: S3Settings;
  /** Whoever signs the requests; equal for two buckets that one identity reaches. */
  readonly identity: string;
  readonly bucket: BucketFields;
  readonly #clock: Clock;
  readonly #credentials: KeysProvider;
  readonly #handler = createHandler();
  readonly #clients = new Map<string, S3Client>();
  readonly #region: SharedFact<string | undefined>;
  readonly #encrypts: SharedFact<boolean>;
  readonly #present: SharedFact<boolean>;
  #seenAt = Number.NEGATIVE_INFINITY;

  constructor(settings: S3Settings, credentials: KeysProvider, identity: string, clock: Clock) {
    const { bucket, account } = settings;
    this.settings = settings;
    this.identity = identity;
    this.bucket = { Bucket: bucket, ...(account === undefined ? {} : { ExpectedBucketOwner: account }) };
    this.#clock = clock;
    this.#credentials = credentials;
    this.#region = new SharedFact(() => this.#askRegion());
    this.#encrypts = new SharedFact(async () => askEncryption(this.#clientOf(await this.#knownRegion()), this.bucket));
    this.#present = new SharedFact(async () => askPresence(this.#clientOf(await this.#knownRegion()), this.bucket));
  }

  /** What is being done, for errors. */
  attempt(operation: string, key: string, precondition?: Precondition): Attempt {
    const target = `${this.settings.url}/${key}`;
    return { operation, target, ...(precondition === undefined ? {} : { precondition }) };
  }

  /** Sends one request. Rejects with `VfsError`, and with `Unchanged` on a 304. */
  async send<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: S3Command<Input, Output>,
    attempt: Attempt,
    signal: AbortSignal,
  ): Promise<Output> {
    const client = await this.#ready(attempt, signal);
    try {
      return await client.send(command, { abortSignal: signal });
    } catch (error) {
      if (isUnexplained404(error)) {
        await this.#refuseMissingBucket(attempt, signal);
      }
      throw statusOf(error) === 304 ? new Unchanged() : errorOf(error, attempt, signal);
    }
  }

  /** The client of the bucket's region, for questions of which every answer is looked at by its own code. Rejects with `VfsError`. */
  client(attempt: Attempt, signal: AbortSignal): Promise<S3Client> {
    return this.#ready(attempt, signal);
  }

  /** The encryption header of a write: none where the bucket has a rule of its own and away from Amazon S3, else `AES256`, as kOps sends it. */
  async encryption(
    attempt: Attempt,
    signal: AbortSignal,
  ): Promise<{ readonly ServerSideEncryption?: ServerSideEncryption }> {
    if (!this.settings.amazon) {
      return {};
    }
    await this.#ready(attempt, signal);
    const encrypts = await ask(this.#encrypts, attempt, signal);
    return encrypts ? {} : { ServerSideEncryption: 'AES256' };
  }

  /** Closes all connections. */
  close(): void {
    this.#handler.destroy();
  }

  async #ready(attempt: Attempt, signal: AbortSignal): Promise<S3Client> {
    if (this.settings.region !== undefined) {
      return this.#clientOf(this.settings.region);
    }
    const region = await ask(this.#region, attempt, signal);
    if (region === undefined) {
      this.#region.forget();
      throw noSuchBucket(attempt);
    }
    return this.#clientOf(region);
  }

  async #askRegion(): Promise<string | undefined> {
    const { homeRegion } = this.settings;
    const region = await askRegion(this.#clientOf(homeRegion), this.bucket, homeRegion);
    if (region !== undefined) {
      this.#seenAt = this.#clock.now();
    }
    return region;
  }

  async #knownRegion(): Promise<string> {
    const { region, homeRegion } = this.settings;
    return region ?? (await this.#region.get(never)) ?? homeRegion;
  }

  async #refuseMissingBucket(attempt: Attempt, signal: AbortSignal): Promise<void> {
    if (this.#clock.now() - this.#seenAt < presenceMs) {
      return;
    }
    const present = await ask(this.#present, attempt, signal);
    this.#present.forget();
    if (!present) {
      throw noSuchBucket(attempt);
    }
    this.#seenAt = this.#clock.now();
  }

  #clientOf(region: string): S3Client {
    const client = this.#clients.get(region) ?? createClient(this.settings, region, this.#credentials, this.#handler);
    this.#clients.set(region, client);
    return client;
  }
}

const never = new AbortController().signal;

async function ask<T>(fact: SharedFact<T>, attempt: Attempt, signal: AbortSignal): Promise<T> {
  try {
    return await fact.get(signal);
  } catch (error) {
    throw beforeSending(errorOf(error, attempt, signal));
  }
}

function errorOf(error: unknown, attempt: Attempt, signal: AbortSignal): VfsError {
  return signal.aborted && !(error instanceof VfsError) ? givenUp(attempt) : toVfsError(error, attempt);
}

/** Not `NotFound`: that would say of every key that it is absent. */
function noSuchBucket({ operation, target }: Attempt): VfsError {
  const reason = 'there is no such bucket at this address; nothing is known of its keys';
  return new VfsError({ code: 'InvalidArgument', operation, target, reason });
}

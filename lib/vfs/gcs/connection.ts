import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { Storage } from '@google-cloud/storage';
import type { Clock } from '../../flow/clock.ts';
import { beforeSending, VfsError } from '../errors.ts';
import { SharedFact } from '../shared-fact.ts';
import type { Precondition } from '../types.ts';
import { unlessAborted } from '../unless-aborted.ts';
import { type Adapter, type Connections, textOf } from './connections.ts';
import { noBucket } from './error-table.ts';
import {
  type Attempt,
  isBucketAbsence,
  isObjectAbsence,
  type Refusal,
  refusalError,
  refusalOf,
  toVfsError,
} from './errors.ts';
import { api, objectPart } from './object-names.ts';
import type { GcsSettings } from './settings.ts';
import { tokenFailure } from './token-errors.ts';

/** One request to the JSON API. */
export interface GcsRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path at the endpoint, or a whole address there. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Readable;
  /** Statuses beside 2xx that are answers, and no failures. */
  readonly accepts?: readonly number[];
}

/** An answer whose content is still to come: read it to its end, or destroy it. */
export interface GcsAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: IncomingMessage;
}

/** For how long a bucket that was seen is taken to be there, in milliseconds. */
const presenceMs = 60_000;
/** Bytes of a document: a page of a listing with the longest keys has some two million. */
const maxDocument = 16 * 1024 ** 2;

/**
 * The way to one bucket: its client, and what is known of it.
 *
 * A call is one request, but for tokens, which are asked for when there is none that lasts, and for the question whether the bucket is there at
 * all, when a 404 does not say what is missing; once a minute.
 */
export class GcsConnection {
  readonly settings: GcsSettings;
  /** Who is signed in; equal for two buckets that one identity reaches. */
  readonly identity: string;
  readonly #connections: Connections;
  readonly #clock: Clock;
  readonly #storage: SharedFact<Storage>;
  readonly #present: SharedFact<boolean>;
  #seenAt = Number.NEGATIVE_INFINITY;

  constructor(
    settings: GcsSettings,
    identity: string,
    { connections, client, clock }: { connections: Connections; client: () => Promise<Storage>; clock: Clock },
  ) {
    this.settings = settings;
    this.identity = identity;
    this.#connections = connections;
    this.#clock = clock;
    this.#storage = new SharedFact(client);
    this.#present = new SharedFact(() => this.#askPresence());
  }

  /** What is being done, for errors. */
  attempt(operation: string, key: string, precondition?: Precondition): Attempt {
    const target = `${this.settings.url}/${key}`;
    return { operation, target, ...(precondition === undefined ? {} : { precondition }) };
  }

  /** The path of an object of this bucket. Throws `InvalidArgument` for a name that no object can have. */
  pathOf(name: string, attempt: Attempt): string {
    return api + objectPart(this.settings.bucket, name, attempt);
  }

  /** The path of all objects of this bucket. */
  get objects(): string {
    return `${this.#bucket}/o`;
  }

  get #bucket(): string {
    return `${api}/b/${encodeURIComponent(this.settings.bucket)}`;
  }

  /** Sends one request, once. Rejects with `VfsError`. */
  async send(request: GcsRequest, attempt: Attempt, signal: AbortSignal): Promise<GcsAnswer> {
    const { answer, refusal } = await this.#ask(request, attempt, signal);
    if (refusal === undefined) {
      return answer;
    }
    if (isBucketAbsence(refusal)) {
      throw this.noSuchBucket(attempt);
    }
    if (refusal.status === 404 && !isObjectAbsence(refusal)) {
      await this.#refuseMissingBucket(attempt, signal);
    }
    throw this.#errorOf(refusal, attempt);
  }

  /** The same, for the document that is answered. */
  async ask<T>(request: GcsRequest, attempt: Attempt, signal: AbortSignal): Promise<T> {
    const answer = await this.send(request, attempt, signal);
    return documentOf(answer, attempt);
  }

  /** Says that the bucket is not there, of which a 404 is the answer where no object was asked for. */
  noSuchBucket({ operation, target }: Attempt): VfsError {
    return new VfsError({ code: noBucket.code, operation, target, reason: `${noBucket.hint}: ${this.settings.url}` });
  }

  /** Closes all connections. */
  close(): void {
    this.#connections.close();
  }

  async #ask(
    { method, path, query = {}, headers = {}, body, accepts = [] }: GcsRequest,
    attempt: Attempt,
    signal: AbortSignal,
  ): Promise<{ readonly answer: GcsAnswer; readonly refusal?: Refusal }> {
    const url = addressOf(this.settings.endpoint, path, query).href;
    let isSigned = false;
    const adapter: Adapter = (options) => {
      isSigned = true;
      return this.#connections.adapter(options);
    };
    const request = async () => {
      const storage = await this.#storage.get(signal);
      return storage.authClient.request<IncomingMessage>({
        method,
        url,
        headers: { 'user-agent': 'kops-statesync', ...headers },
        ...(body === undefined ? {} : { data: body }),
        signal,
        responseType: 'stream',
        validateStatus: () => true,
        adapter,
      });
    };
    try {
      // A token that is being asked for is waited for no longer than the signal allows.
      signal.throwIfAborted();
      const { status, headers: answered, data } = await unlessAborted(request(), signal);
      if (status === 401) {
        this.#storage.forget(); // The next call signs in anew: the token was taken back, or the clock is wrong.
      }
      const answer = { status, headers: answered as Readonly<Record<string, string>>, body: data };
      return (status >= 200 && status < 300) || accepts.includes(status)
        ? { answer }
        : { answer, refusal: refusalOf(status, await textOf(data), answer.headers) };
    } catch (error) {
      if (!isSigned && !signal.aborted) {
        this.#storage.forget(); // The next call reads credentials anew, which may have been changed.
      }
      throw toVfsError(isSigned ? error : tokenFailure(error), attempt, signal);
    }
  }

  #errorOf(refusal: Refusal, attempt: Attempt): VfsError {
    const error = refusalError(refusal, attempt);
    if (refusal.status !== 401 || !('anonymous' in this.settings.signIn)) {
      return error;
    }
    const { code, operation, target, reason } = error;
    const hint = `no token was sent: this endpoint is not Google's own; give the store "credentials"`;
    return new VfsError({ code, operation, target, reason: `${reason}; ${hint}` });
  }

  async #refuseMissingBucket(attempt: Attempt, signal: AbortSignal): Promise<void> {
    if (this.#clock.now() - this.#seenAt < presenceMs) {
      return;
    }
    const present = await this.#present.get(signal).catch((error: unknown) => {
      throw beforeSending(toVfsError(error, attempt, signal));
    });
    this.#present.forget();
    if (!present) {
      throw this.noSuchBucket(attempt);
    }
    this.#seenAt = this.#clock.now();
  }

  /** A bucket that may not be looked at is there. */
  async #askPresence(): Promise<boolean> {
    const attempt = this.attempt('look at the bucket', '');
    const request: GcsRequest = { method: 'GET', path: this.#bucket, query: { fields: 'name' } };
    const { answer, refusal } = await this.#ask(request, attempt, new AbortController().signal);
    if (refusal === undefined) {
      await textOf(answer.body);
      return true;
    }
    if (refusal.status === 404) {
      return false;
    }
    if (refusal.status === 403) {
      return true;
    }
    throw this.#errorOf(refusal, attempt);
  }
}

function addressOf(endpoint: string, path: string, query: Readonly<Record<string, string>>): URL {
  const url = new URL(path, endpoint);
  const parameters = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  url.search = [url.search, ...parameters].filter((text) => text !== '').join('&');
  return url;
}

/** The document in an answer. Throws `Unknown` where there is none: a page of a proxy is no answer of the store. */
export async function documentOf<T>({ body }: GcsAnswer, attempt: Attempt): Promise<T> {
  let text: string;
  try {
    text = await textOf(body, maxDocument);
  } catch (error) {
    throw toVfsError(error, attempt);
  }
  try {
    return JSON.parse(text) as T;
  } catch {
    const { operation, target } = attempt;
    throw new VfsError({ code: 'Unknown', operation, target, reason: 'the answer is no document of the JSON API' });
  }
}

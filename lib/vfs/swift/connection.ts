import type { Clock } from '../../flow/clock.ts';
import { beforeSending, isVfsError, VfsError } from '../errors.ts';
import { Remembered } from '../remembered.ts';
import type { ChecksumAlgorithm, Precondition } from '../types.ts';
import { type Attempt, answerError, failureOf } from './errors.ts';
import { finish, type HttpAnswer, HttpClient } from './http.ts';
import { type Session, signInAt } from './keystone.ts';
import { containerPath, objectPath } from './names.ts';
import type { SwiftSettings } from './settings.ts';

/** For how long a container that was seen is taken to be there, in milliseconds. */
const presenceMs = 60_000;

/** A request to the container, or to an object in it. */
export interface SwiftRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  /** The object. @default the container itself */
  readonly name?: string;
  readonly query?: URLSearchParams;
  readonly headers?: Readonly<Record<string, string>>;
  /** Opens the body; once more when the token turns out to have ended. */
  readonly body?: () => Promise<Uint8Array | AsyncIterable<Uint8Array>>;
  /** What a 404 says to be absent. @default object */
  readonly absent?: 'object' | 'container';
  /** Statuses that are answers here, beside those of success. */
  readonly alsoGood?: readonly number[];
}

/** `swift://container`, as requests reach it: signed in, and with what is known of it. */
export class SwiftConnection {
  readonly settings: SwiftSettings;
  readonly clock: Clock;
  readonly #http: HttpClient;
  readonly #session: Remembered<Session>;
  readonly #presence: Remembered<true>;

  constructor(settings: SwiftSettings, clock: Clock) {
    this.settings = settings;
    this.clock = clock;
    this.#http = new HttpClient(settings.trust);
    this.#session = new Remembered(clock, (signal) => signInAt(this.#http, settings, clock, signal));
    this.#presence = new Remembered(clock, (signal) => this.#askPresence(signal));
  }

  /** The digests that an answer may vouch for. */
  get believed(): readonly ChecksumAlgorithm[] {
    return this.settings.capabilities.statChecksums;
  }

  /** What is being done, for errors. */
  attempt(operation: string, key: string, condition: Precondition['kind'] = 'none'): Attempt {
    const target = `${this.settings.url}/${key}`;
    return { operation, target, ...(condition === 'none' ? {} : { condition }) };
  }

  /**
   * Sends one request; twice only where the first is answered with 401, since a token may end at any time. Resolves to the head of an answer of
   * success, of which the caller reads or releases the body. Rejects with `VfsError`.
   */
  async send(request: SwiftRequest, attempt: Attempt, signal: AbortSignal): Promise<HttpAnswer> {
    const session = await this.#signedIn(attempt, signal);
    const answer = await this.#exchange(session, request, attempt, signal);
    if (answer.status !== 401) {
      return this.#judged(answer, request, attempt, signal);
    }
    await finish(answer).catch(() => {}); // The status says enough.
    this.#session.forget(session);
    const renewed = await this.#signedIn(attempt, signal);
    return this.#judged(await this.#exchange(renewed, request, attempt, signal), request, attempt, signal);
  }

  /** Sends a request of which only status and headers matter. */
  async tell(request: SwiftRequest, attempt: Attempt, signal: AbortSignal): Promise<HttpAnswer> {
    const answer = await this.send(request, attempt, signal);
    await finish(answer).catch((error: unknown) => {
      throw failureOf(error, attempt, signal);
    });
    return answer;
  }

  /** Where the account lies. Two containers of one account can copy from each other. */
  async account(attempt: Attempt, signal: AbortSignal): Promise<string> {
    const { origin, path } = (await this.#signedIn(attempt, signal)).storage;
    return `${origin.origin}${path}`;
  }

  /** Rejects with `InvalidArgument` unless the container is there: its absence says nothing of its keys. Asks at most once a minute. */
  async requireContainer(attempt: Attempt, signal: AbortSignal): Promise<void> {
    try {
      await this.#presence.get(signal);
    } catch (error) {
      throw isVfsError(error, 'NotFound')
        ? noSuchContainer(attempt)
        : beforeSending(failureOf(error, attempt, signal), attempt);
    }
  }

  /** Closes all connections. */
  close(): void {
    this.#http.close();
  }

  async #signedIn(attempt: Attempt, signal: AbortSignal): Promise<Session> {
    try {
      return await this.#session.get(signal);
    } catch (error) {
      throw beforeSending(failureOf(error, attempt, signal), attempt);
    }
  }

  async #exchange(
    { token, storage }: Session,
    { method, name, query, headers, body }: SwiftRequest,
    attempt: Attempt,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const { container, userAgent } = this.settings;
    const path = name === undefined ? containerPath(container) : objectPath(container, name, attempt);
    const opened = await body?.();
    try {
      return await this.#http.send({
        method,
        origin: storage.origin,
        path: `${storage.path}${path}${query === undefined ? '' : `?${query}`}`,
        headers: { ...headers, 'x-auth-token': token, 'user-agent': userAgent },
        ...(opened === undefined ? {} : { body: opened }),
        signal,
      });
    } catch (error) {
      throw failureOf(error, attempt, signal);
    }
  }

  async #judged(
    answer: HttpAnswer,
    { absent = 'object', alsoGood = [] }: SwiftRequest,
    attempt: Attempt,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const { status, headers } = answer;
    if ((status >= 200 && status < 300 && status !== 202) || alsoGood.includes(status)) {
      this.#presence.learn({ value: true, until: this.clock.now() + presenceMs });
      return answer;
    }
    const text = await finish(answer).catch(() => ''); // The status says enough.
    if (status === 404 && absent === 'container') {
      throw noSuchContainer(attempt);
    }
    if (status === 404) {
      await this.requireContainer(attempt, signal);
    }
    throw answerError({ status, headers, text }, attempt);
  }

  async #askPresence(signal: AbortSignal): Promise<{ readonly value: true; readonly until: number }> {
    const attempt = this.attempt('stat', '');
    const answer = await this.#exchange(await this.#session.get(signal), { method: 'HEAD' }, attempt, signal);
    await finish(answer);
    if (answer.status < 200 || answer.status >= 300) {
      throw answerError({ ...answer, text: '' }, attempt);
    }
    return { value: true, until: this.clock.now() + presenceMs };
  }
}

/** Not `NotFound`: that would say of every key that it is absent. */
function noSuchContainer({ operation, target }: Attempt): VfsError {
  const reason = 'there is no such container in this account; nothing is known of its keys';
  return new VfsError({ code: 'InvalidArgument', operation, target, reason });
}

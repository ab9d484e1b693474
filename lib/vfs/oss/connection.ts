import type { Clock } from '../../flow/clock.ts';
import { beforeSending, VfsError } from '../errors.ts';
import type { Precondition } from '../types.ts';
import type { Answer } from './answer.ts';
import {
  type Attempt,
  failureError,
  isOfKeys,
  isUnexplained404,
  refusalError,
  Unchanged,
  unexpected,
} from './errors.ts';
import { Exchange, type Identity, type OssRequest } from './exchange.ts';
import type { OssSettings } from './settings.ts';

/** For how long a bucket that was seen is taken to be there, and one without versions to have none, in milliseconds. */
const factMs = 60_000;

/**
 * The way to one bucket.
 *
 * A call is one request, but for two questions that are asked of a bucket and remembered for a minute: whether it is there at all
 * (when a 404 does not say what is missing), and whether it keeps versions (before a write with "if-absent").
 */
export class OssConnection {
  readonly settings: OssSettings;
  readonly identity: Identity;
  readonly #clock: Clock;
  readonly #exchange: Exchange;
  #seenAt = Number.NEGATIVE_INFINITY;
  #unversionedAt = Number.NEGATIVE_INFINITY;

  constructor(settings: OssSettings, identity: Identity, clock: Clock) {
    this.settings = settings;
    this.identity = identity;
    this.#clock = clock;
    this.#exchange = new Exchange(settings, identity);
  }

  /** What is being done, for errors. */
  attempt(operation: string, key: string, precondition?: Precondition): Attempt {
    const target = `${this.settings.url}/${key}`;
    return { operation, target, ...(precondition === undefined ? {} : { precondition }) };
  }

  /** Sends one request, and leaves the body of its answer to be read. Rejects with `VfsError`, and with `Unchanged` on a 304. */
  async send(request: OssRequest, attempt: Attempt, signal: AbortSignal): Promise<Answer> {
    const answer = await this.#exchange.send(request, attempt, signal);
    if (answer.status >= 200 && answer.status < 300 && answer.status !== 203) {
      return answer;
    }
    const refusal = await this.#exchange.refusal(answer, attempt, signal);
    if (answer.status === 304) {
      throw new Unchanged();
    }
    if (isUnexplained404(refusal)) {
      await this.#refuseMissingBucket(attempt, signal);
    }
    if (isOfKeys(refusal)) {
      this.identity.keys.forget();
    }
    throw refusalError(refusal, attempt);
  }

  /** The same, with the body read to its end. */
  async ask(request: OssRequest, attempt: Attempt, signal: AbortSignal): Promise<Answer> {
    const answer = await this.send(request, attempt, signal);
    await this.#exchange.text(answer, attempt, signal);
    return answer;
  }

  /** The same, with the body read as XML. Rejects with `Unknown` unless it is XML with this root. */
  async askXml(
    request: OssRequest,
    root: string,
    attempt: Attempt,
    signal: AbortSignal,
  ): Promise<{ readonly answer: Answer; readonly text: string; readonly tree: Readonly<Record<string, unknown>> }> {
    const answer = await this.send(request, attempt, signal);
    const text = await this.#exchange.text(answer, attempt, signal);
    const tree = text.includes(`<${root}`) ? await this.#exchange.parsed(text) : undefined;
    if (tree === undefined) {
      throw unexpected(attempt, `the answer is no ${root}`);
    }
    return { answer, text, tree };
  }

  /**
   * The headers of a condition on a change. Rejects with `Unsupported` for one that OSS does not keep: `if-match`, and any in a bucket with
   * versions, enabled or suspended, where `x-oss-forbid-overwrite` does not take effect (PutObject) and the object would be overwritten.
   */
  async conditionHeaders({ precondition, ...attempt }: Attempt, signal: AbortSignal): Promise<Record<string, string>> {
    if (precondition === undefined || precondition.kind === 'none') {
      return {};
    }
    if (precondition.kind === 'if-match') {
      throw unsupported(attempt, 'OSS has no conditional overwrite');
    }
    if (this.#clock.now() - this.#unversionedAt >= factMs) {
      await this.#refuseVersioned(attempt, signal);
      this.#unversionedAt = this.#clock.now();
    }
    return { 'x-oss-forbid-overwrite': 'true' };
  }

  /**
   * Throws where the answer to a write with "if-absent" names a version: versions were switched on since the bucket was asked, and the
   * condition took no effect. The write has happened; `attempted` makes the caller look at what is stored.
   */
  refuseIgnoredCondition({ operation, target, precondition }: Attempt, answer: Answer): void {
    if (precondition?.kind === 'if-absent' && answer.header('x-oss-version-id') !== undefined) {
      this.#unversionedAt = Number.NEGATIVE_INFINITY;
      const reason = 'the bucket keeps versions now, so "if-absent" took no effect and the object was written';
      throw new VfsError({ code: 'AlreadyExists', operation, target, reason, attempted: true, maybeApplied: true });
    }
  }

  /** Closes all connections. */
  close(): void {
    this.#exchange.close();
  }

  async #refuseMissingBucket(attempt: Attempt, signal: AbortSignal): Promise<void> {
    if (this.#clock.now() - this.#seenAt < factMs) {
      return;
    }
    try {
      const question = { method: 'GET', query: { 'list-type': '2', 'max-keys': '1' } };
      const answer = await this.#exchange.send(question, attempt, signal);
      const refusal = await this.#exchange.refusal(answer, attempt, signal);
      if (answer.status === 404) {
        throw refusalError({ ...refusal, code: 'NoSuchBucket' }, attempt);
      }
    } catch (error) {
      throw beforeSending(failureError(error, attempt, signal));
    }
    this.#seenAt = this.#clock.now();
  }

  async #refuseVersioned(attempt: Attempt, signal: AbortSignal): Promise<void> {
    const status = await this.#versioning(attempt, signal);
    if (status !== undefined) {
      const what = `the bucket keeps versions (${status}), where OSS ignores "if-absent"`;
      throw unsupported(attempt, `${what}; say "capabilities: { writeIfAbsent: false }" of this store`);
    }
  }

  async #versioning(attempt: Attempt, signal: AbortSignal): Promise<string | undefined> {
    try {
      const question = { method: 'GET', subres: 'versioning' };
      const { tree } = await this.askXml(question, 'VersioningConfiguration', attempt, signal);
      const { Status: status } = tree;
      return typeof status === 'string' ? status : undefined;
    } catch (error) {
      const hint =
        'before a write with "if-absent" it is asked whether the bucket keeps versions (GetBucketVersioning)';
      const failure = failureError(error, attempt, signal);
      throw beforeSending(failure, { reason: `${failure.reason}; ${hint}` });
    }
  }
}

function unsupported({ operation, target }: Attempt, reason: string): VfsError {
  return new VfsError({ code: 'Unsupported', operation, target, reason });
}

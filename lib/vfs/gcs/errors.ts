import type { Meaning } from '../error-meanings.ts';
import { isVfsError, VfsError, type VfsErrorCode } from '../errors.ts';
import { givenUp, knownFailure } from '../known-failure.ts';
import { retryAfter } from '../retry-after.ts';
import type { Precondition } from '../types.ts';
import { networkCodes, otherBytes, otherBytesWords, reasons, statusCodes, unknown } from './error-table.ts';

/** What was being done when an error came. */
export interface Attempt {
  readonly operation: string;
  /** Store URL and key. */
  readonly target: string;
  /** Of a mutation. */
  readonly precondition?: Precondition;
}

/** An answer that is no success, in the words of the JSON API. */
export interface Refusal {
  readonly status: number;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** Reads the body of an answer that is no success: a document of the JSON API, or the plain text in which content is refused. */
export function refusalOf(status: number, body: string, headers: Readonly<Record<string, string>>): Refusal {
  const retryAfterMs = retryAfter(headers['retry-after'], headers['date']);
  const error = errorIn(body);
  if (error !== undefined) {
    const first = error.errors?.[0];
    return { status, reason: first?.reason, message: error.message ?? first?.message, retryAfterMs };
  }
  const isText = /^text\/(plain|html)/.test(headers['content-type'] ?? '') && !body.trimStart().startsWith('<');
  return { status, message: isText ? body.split('\n', 1)[0]?.slice(0, 300) : undefined, retryAfterMs };
}

/** Whether a 404 says that it is the object which is missing, and not the bucket. */
export function isObjectAbsence({ status, message }: Refusal): boolean {
  return status === 404 && message?.startsWith('No such object: ') === true;
}

/** Whether a 404 says that it is the bucket which is missing, and not the object. */
export function isBucketAbsence({ status, message }: Refusal): boolean {
  return status === 404 && message?.startsWith('The specified bucket does not exist') === true;
}

/** Says what was refused as a `VfsError`. */
export function refusalError(refusal: Refusal, attempt: Attempt): VfsError {
  const { status, reason, message = '', retryAfterMs } = refusal;
  const meaning = otherBytesWords.test(message) ? otherBytes : (reasons[reason ?? ''] ?? statusCodes[status]);
  const words = `${reason === undefined ? `status ${status}` : `${reason} (${status})`}${message === '' ? '' : `: ${message}`}`;
  return failed(meaning, words, attempt, retryAfterMs);
}

/** Says as a `VfsError` why no answer came, or not all of it. The vendor's error is not kept as the cause: it carries the request and its token. */
export function toVfsError(error: unknown, attempt: Attempt, signal?: AbortSignal): VfsError {
  const inner = (error as { readonly error?: unknown } | undefined)?.error;
  const known = knownFailure(isVfsError(inner) ? inner : error, attempt);
  if (known !== undefined) {
    return known;
  }
  const { name = 'Error', code, message = '' } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  if (signal?.aborted === true || name === 'AbortError') {
    return givenUp(attempt);
  }
  return failed(networkCodes[String(code)], `${code ?? name}: ${message}`, attempt);
}

/** What a failure by the tables means for this attempt. */
function failed(
  { code, hint, maybeApplied }: Meaning = unknown,
  words: string,
  { operation, target, precondition }: Attempt,
  retryAfterMs?: number,
): VfsError {
  return new VfsError({
    code: refusedAs(code, precondition),
    operation,
    target,
    reason: hint === undefined ? words : `${words}; ${hint}`,
    maybeApplied,
    retryAfterMs,
  });
}

/** A generation that was to be 0 is that of a key which is taken. */
function refusedAs(code: VfsErrorCode, precondition: Precondition | undefined): VfsErrorCode {
  return code === 'PreconditionFailed' && precondition?.kind === 'if-absent' ? 'AlreadyExists' : code;
}

/** The error of the JSON API's documents. */
interface ApiError {
  readonly message?: string;
  readonly errors?: readonly { readonly reason?: string; readonly message?: string }[];
}

function errorIn(body: string): ApiError | undefined {
  try {
    const { error } = JSON.parse(body) as { readonly error?: ApiError };
    return typeof error === 'object' ? error : undefined;
  } catch {
    return undefined;
  }
}

import type { Meaning } from '../error-meanings.ts';
import { VfsError } from '../errors.ts';
import { givenUp, knownFailure } from '../known-failure.ts';
import { retryAfter } from '../retry-after.ts';
import type { Precondition } from '../types.ts';
import type { Answer } from './answer.ts';
import { errorCodes, networkCodes, overwriteForbidden, rejectedKeys, statusCodes, wrongRegion } from './error-table.ts';

/** What was being done when an error came. */
export interface Attempt {
  readonly operation: string;
  /** Store URL and key. */
  readonly target: string;
  /** Of a mutation. */
  readonly precondition?: Precondition;
}

/** An answer that refuses. */
export interface Refusal {
  readonly status: number;
  /** OSS's own code and words; absent where the answer is not of OSS, or has no body and no `x-oss-err`. */
  readonly code?: string;
  readonly message?: string;
  /** Of a 403: where the bucket is reached. */
  readonly endpoint?: string;
  readonly requestId?: string;
  readonly retryAfterMs?: number;
  /** The key, or the version, is a delete marker. */
  readonly deleted: boolean;
}

/** The answer to a read with `unless`: the object still has that revision. */
export class Unchanged extends Error {
  override readonly name = 'Unchanged';
}

/** What an answer says. `text` is its body; a HEAD has none, and OSS then says the same in `x-oss-err`, in base64. */
export function refusalOf(answer: Answer, text: string): Refusal {
  const said = text === '' ? Buffer.from(answer.header('x-oss-err') ?? '', 'base64').toString() : text;
  const element = (name: string) => new RegExp(`<${name}>\\s*([^<]*?)\\s*</${name}>`).exec(said)?.[1];
  const [code, message, endpoint] = [element('Code'), element('Message'), element('Endpoint')];
  const requestId = answer.header('x-oss-request-id');
  const retryAfterMs = retryAfter(answer.header('retry-after'), answer.header('date'));
  return {
    status: answer.status,
    ...(code ? { code } : {}),
    ...(message ? { message } : {}),
    ...(endpoint ? { endpoint } : {}),
    ...(requestId === undefined ? {} : { requestId }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    deleted: answer.header('x-oss-delete-marker') === 'true',
  };
}

/** Whether this is a 404 that does not say what is missing. It proves no absence until the bucket is known to be there. */
export function isUnexplained404({ status, code, deleted }: Refusal): boolean {
  return status === 404 && !deleted && code === undefined;
}

/** Whether the keys were turned down, so that it is worth to look for others. */
export function isOfKeys({ code = '' }: Refusal): boolean {
  return rejectedKeys.has(code);
}

/** Says what a refusal means, by the one table. */
export function refusalError(refusal: Refusal, attempt: Attempt): VfsError {
  const { operation, target } = attempt;
  const meaning = meaningOf(refusal, attempt);
  return new VfsError({
    code: meaning.code,
    operation,
    target,
    reason: withHint(words(refusal), meaning, refusal),
    maybeApplied: meaning.maybeApplied,
    retryAfterMs: refusal.retryAfterMs,
  });
}

/**
 * Says what failed before there was an answer, or while it was read. The vendor's error is not kept as the cause: it may carry the
 * signed request.
 */
export function failureError(failure: unknown, attempt: Attempt, signal: AbortSignal): VfsError {
  if (signal.aborted && !(failure instanceof VfsError)) {
    return givenUp(attempt);
  }
  const known = knownFailure(failure, attempt);
  if (known !== undefined) {
    return known;
  }
  const { operation, target } = attempt;
  const { code = 'Error', message = '' } = Object(failure) as { code?: string; message?: string };
  const meaning: Meaning = networkCodes[code] ?? { code: 'Unknown' };
  return new VfsError({
    code: meaning.code,
    operation,
    target,
    reason: `${code}: ${message}`,
    maybeApplied: meaning.maybeApplied,
  });
}

/** An answer that is not what OSS's documentation promises. */
export function unexpected({ operation, target }: Attempt, reason: string): VfsError {
  return new VfsError({ code: 'Unknown', operation, target, reason });
}

function meaningOf({ status, code = '', endpoint, deleted }: Refusal, { precondition }: Attempt): Meaning {
  if (deleted && (status === 404 || status === 405)) {
    return { code: 'NotFound' };
  }
  if (code === 'AccessDenied' && endpoint !== undefined) {
    return wrongRegion;
  }
  if (code === 'FileAlreadyExists' && precondition?.kind !== 'if-absent') {
    return overwriteForbidden;
  }
  return errorCodes[code] ?? statusCodes[status] ?? { code: 'Unknown' };
}

function withHint(said: string, meaning: Meaning, { endpoint }: Refusal): string {
  const hint =
    meaning === wrongRegion && endpoint ? `the bucket is reached at ${endpoint}; set "region"` : meaning.hint;
  return hint === undefined ? said : `${said}; ${hint}`;
}

/** The store's own words, with the id by which its owner finds the request. */
function words({ status, code, message, requestId }: Refusal): string {
  const request = requestId === undefined ? '' : ` [request ${requestId}]`;
  if (code === undefined) {
    return `status ${status}, without a reason${request}`;
  }
  return `${code} (${status})${message === undefined ? '' : `: ${message}`}${request}`;
}

import { VfsError, type VfsErrorCode } from '../errors.ts';
import { knownFailure } from '../known-failure.ts';
import { retryAfter } from '../retry-after.ts';
import type { Precondition } from '../types.ts';
import { errorCodes, type Meaning, networkCodes, sourceStatusCodes, statusCodes } from './error-table.ts';

/** What was being done when an error came. */
export interface Attempt {
  readonly operation: string;
  /** Store URL and key. */
  readonly target: string;
  /** Of a mutation. */
  readonly precondition?: Precondition;
}

/** The fields of an SDK error, a `RestError`, that are looked at. */
interface VendorError {
  readonly name?: string;
  readonly code?: unknown;
  readonly message?: string;
  readonly statusCode?: number;
  readonly response?: {
    readonly headers?: { get(name: string): string | undefined };
    readonly parsedBody?: { readonly message?: unknown };
  };
}

/** The answer to a read with `unless`: the object still has that revision. */
export class Unchanged extends Error {
  override readonly name = 'Unchanged';
}

/** HTTP status of an SDK error; undefined when no answer came. */
export function statusOf(error: unknown): number | undefined {
  return vendorError(error).statusCode;
}

/** Whether an answer refused the request; else none came, or one that could not be read. */
export function isRefusal(error: unknown): boolean {
  return (statusOf(error) ?? 0) >= 300;
}

/** The service's own code of an error; HEAD has it in a header only. */
export function vendorCode(error: unknown): string | undefined {
  return errorHeader(error, 'x-ms-error-code');
}

/** What an error of the SDK means, by the one table. */
export function meaningOf(error: unknown): Meaning | undefined {
  const status = statusOf(error);
  const code = vendorCode(error) ?? '';
  if (status === undefined || !isRefusal(error)) {
    return networkCodes[String(vendorError(error).code)];
  }
  if (code === 'CannotVerifyCopySource') {
    return sourceStatusCodes[status] ?? statusCodes[status];
  }
  return errorCodes[code] ?? statusCodes[status];
}

/** Says what failed as a `VfsError`. The vendor's error is not kept as the cause: it carries the signed request. */
export function toVfsError(error: unknown, attempt: Attempt): VfsError {
  const known = knownFailure(error, attempt);
  if (known !== undefined) {
    return known;
  }
  const { operation, target } = attempt;
  const meaning = meaningOf(error) ?? { code: 'Unknown' };
  return new VfsError({
    code: codeFor(meaning, attempt),
    operation,
    target,
    reason: reasonOf(error, meaning),
    maybeApplied: meaning.maybeApplied,
    retryAfterMs: retryAfter(errorHeader(error, 'retry-after'), errorHeader(error, 'date')),
  });
}

/** Azure says in three ways that a condition does not hold: 412, 409, and 404 where the key is absent. */
function codeFor({ code, besides }: Meaning, { precondition }: Attempt): VfsErrorCode {
  const kind = precondition?.kind ?? 'none';
  if (besides === true || kind === 'none') {
    return code;
  }
  if (code === 'PreconditionFailed' && kind === 'if-absent') {
    return 'AlreadyExists';
  }
  return code === 'NotFound' && kind === 'if-match' ? 'PreconditionFailed' : code;
}

function reasonOf(error: unknown, { hint }: Meaning): string {
  const words = isRefusal(error) ? saidByStore(error) : saidByClient(error);
  return hint === undefined ? words : `${words}; ${hint}`;
}

/** The SDK's own messages may quote an answer; of others than failures of the network only the kind is told. */
function saidByClient(error: unknown): string {
  const { name = 'Error', code, message = '' } = vendorError(error);
  const known = typeof code === 'string' && code !== 'PARSE_ERROR' && code in networkCodes;
  return known ? `${code}: ${message}` : `the answer could not be understood (${name})`;
}

/** The store's own words, of which the first line is the message, with the id by which its owner finds the request. */
function saidByStore(error: unknown): string {
  const code = vendorCode(error);
  const id = errorHeader(error, 'x-ms-request-id');
  const request = id === undefined ? '' : ` [request ${id}]`;
  if (code === undefined) {
    return `status ${statusOf(error)}, with an answer that is not of the Blob service${request}`;
  }
  const message = vendorError(error).response?.parsedBody?.message;
  const words = typeof message === 'string' ? `: ${message.split('\n', 1)[0]}` : '';
  return `${code} (${statusOf(error)})${words}${request}`;
}

function errorHeader(error: unknown, name: string): string | undefined {
  return vendorError(error).response?.headers?.get(name);
}

function vendorError(error: unknown): VendorError {
  return typeof error === 'object' && error !== null ? error : {};
}

import type { Meaning } from '../error-meanings.ts';
import { VfsError, type VfsErrorCode } from '../errors.ts';
import { givenUp, knownFailure } from '../known-failure.ts';
import { retryAfter } from '../retry-after.ts';
import type { Precondition } from '../types.ts';
import { errorCodes, networkCodes, statusCodes, unsaid, wrongRegion } from './error-table.ts';

/** What was being done when an error came. */
export interface Attempt {
  readonly operation: string;
  /** Store URL and key. */
  readonly target: string;
  /** Of a mutation. */
  readonly precondition?: Precondition;
}

/** The fields of an SDK error, an `S3ServiceException` or a failure of the network, that are looked at. */
interface VendorError {
  readonly name?: string;
  readonly code?: unknown;
  readonly message?: string;
  /** Of a 412: the header that did not hold. */
  readonly Condition?: unknown;
  /** Set when the answer was understood as an error of S3. */
  readonly $fault?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $response?: {
    readonly statusCode?: number;
    readonly headers?: Readonly<Record<string, string | undefined>>;
  };
}

/** The header in which S3 names the region of a bucket that was asked for elsewhere. */
export const bucketRegion = 'x-amz-bucket-region';

/** The answer to a read with `unless`: the object still has that revision. */
export class Unchanged extends Error {
  override readonly name = 'Unchanged';
}

/** HTTP status of an SDK error; undefined when no answer came. */
export function statusOf(error: unknown): number | undefined {
  const { $metadata, $response } = vendorError(error);
  return $metadata?.httpStatusCode ?? $response?.statusCode;
}

/** A header of the answer behind an SDK error. */
export function errorHeader(error: unknown, name: string): string | undefined {
  return vendorError(error).$response?.headers?.[name];
}

/** The vendor's own code of an error, as in the table. */
export function vendorCode(error: unknown): string | undefined {
  return vendorError(error).name;
}

/**
 * Whether this is a 404 that does not say what is missing: a HEAD has no body, and a wrong address answers 404 to everything. It
 * proves no absence until the bucket is known to be there.
 */
export function isUnexplained404(error: unknown): boolean {
  const explained = errorHeader(error, 'x-amz-delete-marker') === 'true' || vendorCode(error) === 'NoSuchBucket';
  return statusOf(error) === 404 && !explained && errorCodes[vendorCode(error) ?? '']?.code !== 'NotFound';
}

/** What an error of the SDK means, by the one table. */
export function meaningOf(error: unknown): Meaning | undefined {
  const { name = '', code } = vendorError(error);
  const status = statusOf(error);
  if (status === undefined) {
    return networkCodes[String(code)] ?? networkCodes[name];
  }
  if (status === 400 && name === 'Unknown') {
    return errorHeader(error, bucketRegion) === undefined ? unsaid : wrongRegion;
  }
  return errorCodes[name] ?? statusCodes[status];
}

/**
 * Says what failed as a `VfsError`. The vendor's error is not kept as the cause: it carries the signed request and, for some
 * codes, the session token.
 */
export function toVfsError(error: unknown, attempt: Attempt): VfsError {
  const known = knownFailure(error, attempt);
  if (known !== undefined) {
    return known;
  }
  if (vendorError(error).name === 'AbortError') {
    return givenUp(attempt);
  }
  const { operation, target } = attempt;
  const meaning = meaningOf(error) ?? { code: 'Unknown' };
  return new VfsError({
    code: codeFor(meaning, error, attempt),
    operation,
    target,
    reason: reasonOf(error, meaning),
    maybeApplied: meaning.maybeApplied,
    retryAfterMs: retryAfter(errorHeader(error, 'retry-after'), errorHeader(error, 'date')),
  });
}

/** S3 says in three ways that a condition does not hold: 412, 409, and 404 where the key is absent. */
function codeFor({ code }: Meaning, error: unknown, { precondition }: Attempt): VfsErrorCode {
  const kind = precondition?.kind ?? 'none';
  if (code === 'NotFound' && kind === 'if-match' && vendorCode(error) !== 'NoSuchUpload') {
    return 'PreconditionFailed';
  }
  const ofSource = String(vendorError(error).Condition).toLowerCase().includes('copy-source');
  return code === 'PreconditionFailed' && kind === 'if-absent' && !ofSource ? 'AlreadyExists' : code;
}

function reasonOf(error: unknown, meaning: Meaning): string {
  const { name = 'Error', code, message = '' } = vendorError(error);
  const status = statusOf(error);
  const hint = meaning === wrongRegion ? whereItLies(error) : meaning.hint;
  const words = status === undefined ? `${code ?? name}: ${message}` : saidBy(error, status);
  return hint === undefined ? words : `${words}; ${hint}`;
}

/** The store's own words, with the id by which its owner finds the request. */
function saidBy(error: unknown, status: number): string {
  const { name = '', message = '', $fault, $metadata } = vendorError(error);
  const request = $metadata?.requestId === undefined ? '' : ` [request ${$metadata.requestId}]`;
  if ($fault === undefined) {
    // Name and message are of the parser that did not understand the answer.
    return `status ${status}, with an answer that is not of S3${request}`;
  }
  const known = /^[A-Z]/.test(name) && !name.startsWith('Unknown');
  const words = message === 'UnknownError' || message === name ? '' : `: ${message}`;
  return `${known ? `${name} (${status})` : `status ${status}`}${words}${request}`;
}

function whereItLies(error: unknown): string {
  const region = errorHeader(error, bucketRegion);
  return region === undefined ? `${wrongRegion.hint}` : `the bucket lies in ${region}; set "region"`;
}

function vendorError(error: unknown): VendorError {
  return typeof error === 'object' && error !== null ? error : {};
}

/** Why an operation failed. Programs act on the code, never on the message. */
export type VfsErrorCode =
  /** No object (or no bucket) of that name. */
  | 'NotFound'
  /** `if-absent`, and the key is taken. */
  | 'AlreadyExists'
  /** `if-match`, and the object has another revision or is gone. */
  | 'PreconditionFailed'
  /** Known identity, not allowed. Never read as absence. */
  | 'PermissionDenied'
  /** Missing, malformed or expired credentials. */
  | 'Unauthenticated'
  /** The caller's mistake: a bad key, a range outside the object. */
  | 'InvalidArgument'
  /** A capability that this store does not have. Raised before any request. */
  | 'Unsupported'
  /** Beyond what the store holds in one object, or a quota. */
  | 'TooLarge'
  /** The bytes are not the bytes that were promised. */
  | 'ChecksumMismatch'
  /** Slow down; `retryAfterMs` may say for how long. */
  | 'RateLimited'
  /** The store or the network failed; another attempt may work. */
  | 'Unavailable'
  /** Our own deadline passed. */
  | 'DeadlineExceeded'
  /** The caller's signal fired. */
  | 'Aborted'
  /** Not classified. A driver that returns this has a gap worth a test. */
  | 'Unknown';

const retryableCodes: ReadonlySet<VfsErrorCode> = new Set([
  'RateLimited',
  'Unavailable',
  'DeadlineExceeded',
  'ChecksumMismatch',
]);
const uncertainCodes: ReadonlySet<VfsErrorCode> = new Set(['Unavailable', 'DeadlineExceeded', 'Aborted', 'Unknown']);

export interface VfsErrorDetails {
  readonly code: VfsErrorCode;
  /** The verb that failed, as in the driver interface. */
  readonly operation: string;
  /** Store URL and key, without credentials. */
  readonly target: string;
  /** What was got and what was wanted, in plain words. Never a credential, never content. */
  readonly reason: string;
  readonly retryAfterMs?: number | undefined;
  /**
   * Whether the store may have carried out the request all the same.
   * @default true for `Unavailable`, `DeadlineExceeded`, `Aborted` and `Unknown`, else false
   */
  readonly maybeApplied?: boolean | undefined;
  /** Set on a refused condition when an earlier attempt of the same call may have been carried out. */
  readonly attempted?: boolean;
  readonly cause?: unknown;
}

export class VfsError extends Error {
  override readonly name = 'VfsError';
  readonly code: VfsErrorCode;
  readonly operation: string;
  readonly target: string;
  readonly reason: string;
  readonly retryAfterMs: number | undefined;
  readonly maybeApplied: boolean;
  readonly attempted: boolean;

  constructor(details: VfsErrorDetails) {
    super(`${details.operation} ${details.target}: ${details.reason}`, { cause: details.cause });
    this.code = details.code;
    this.operation = details.operation;
    this.target = details.target;
    this.reason = details.reason;
    this.retryAfterMs = details.retryAfterMs;
    this.maybeApplied = details.maybeApplied ?? uncertainCodes.has(details.code);
    this.attempted = details.attempted ?? false;
  }

  /** Whether the same call, unchanged, may succeed later. */
  get retryable(): boolean {
    return retryableCodes.has(this.code);
  }
}

/** Guards by name rather than by class, so that it holds across bundles and realms. */
export function isVfsError(error: unknown, ...codes: readonly VfsErrorCode[]): error is VfsError {
  if (!(typeof error === 'object' && error !== null && 'name' in error && error.name === 'VfsError')) {
    return false;
  }
  return codes.length === 0 || codes.includes((error as VfsError).code);
}

/** Whether a mutation was refused because its precondition does not hold. */
export function isRefusedCondition(error: unknown): error is VfsError {
  return isVfsError(error, 'PreconditionFailed', 'AlreadyExists');
}

/**
 * Tells a failure as one that came before the request itself was sent, so that the store cannot have carried it out; as that of another call, or in
 * other words, where these are given.
 */
export function beforeSending(
  { code, operation, target, reason, retryAfterMs }: VfsError,
  told: Partial<Pick<VfsErrorDetails, 'operation' | 'target' | 'reason'>> = {},
): VfsError {
  return new VfsError({ code, operation, target, reason, retryAfterMs, maybeApplied: false, ...told });
}

/** Turns the errors of these codes into undefined. */
export async function undefinedWhen<T>(call: Promise<T>, ...codes: readonly VfsErrorCode[]): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isVfsError(error, ...codes)) {
      return undefined;
    }
    throw error;
  }
}

export interface BackoffOptions {
  /** Upper bound of the first delay, in milliseconds. */
  readonly baseMs: number;
  /** Upper bound of every delay, in milliseconds. */
  readonly maxMs: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/**
 * The delay before attempt `attempt + 1`, in milliseconds: exponential with full jitter.
 *
 * A delay that the server asked for is taken as it is, up to `maxMs`: jitter would come too early.
 */
export function backoffDelay(attempt: number, options: BackoffOptions, askedMs?: number): number {
  if (askedMs !== undefined) {
    return Math.min(askedMs, options.maxMs);
  }
  return options.random() * Math.min(options.maxMs, options.baseMs * 2 ** (attempt - 1));
}

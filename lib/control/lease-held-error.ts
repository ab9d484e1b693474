/** Somebody else holds a lease. It passes: when they let it go, or at the latest when it runs out. */
export class LeaseHeldError extends Error {
  override readonly name = 'LeaseHeldError';

  constructor(subject: string, holder: string | undefined) {
    const who = holder === undefined ? 'another worker, which is letting it go' : JSON.stringify(holder);
    super(`the lease of ${subject} is held by ${who}`);
  }
}

/** Guards by name rather than by class, so that it holds across bundles and realms. */
export function isLeaseHeld(error: unknown): error is LeaseHeldError {
  return error instanceof Error && error.name === 'LeaseHeldError';
}

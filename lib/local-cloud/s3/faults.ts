/** What goes wrong with one request. */
export type Fault =
  /** An error answer in place of the real one. */
  | { readonly status: number; readonly code: string }
  /** The connection is cut without an answer. */
  | 'drop-connection'
  /** Time passes first; then all goes on as usual. */
  | { readonly delayMs: number }
  /** The connection is cut after that many bytes of the answer's body. */
  | { readonly truncateBodyAt: number }
  /** The byte at that offset of the answer's body has all its bits inverted. */
  | { readonly flipByteAt: number };

/**
 * Decides what goes wrong. It is asked twice for each request: `before` anything is looked at, and `after-commit`, when
 * the change is made and the answer is about to go out. A promise holds the request until it settles.
 * Faults in the answer's body count in either phase.
 */
export type Faults = (
  operation: string,
  bucket: string,
  key: string,
  phase: 'before' | 'after-commit',
) => Fault | undefined | Promise<Fault | undefined>;

/** No faults. */
export const noFaults: Faults = () => undefined;

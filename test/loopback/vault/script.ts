/** A request as the script of a test sees it, before it is carried out. */
export interface Heard {
  /** As the server counts it. */
  readonly operation: string;
  /** Path of the API, decoded, without `/v1/` and namespace. */
  readonly path: string;
  /** The body, where it is JSON. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly token: string | undefined;
  readonly namespace: string;
  /** Whether the active node is asked for. */
  readonly forward: boolean;
}

/** What goes wrong with one request. */
export type Fault =
  /** This answer instead; nothing is carried out. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly errors?: readonly string[];
      /** Instead of Vault's JSON. */
      readonly text?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The connection is cut: before anything is carried out, or in the place of its answer. */
  | { readonly kind: 'cut'; readonly when: 'before' | 'after' }
  /** Half of the answer, then the connection is cut. */
  | { readonly kind: 'tear' }
  /** Waits, before it is carried out or before the answer. */
  | { readonly kind: 'wait'; readonly when: 'before' | 'after'; readonly until: Promise<unknown> };

/** What a test makes go wrong. Undefined: nothing. */
export type Script = (heard: Heard) => Fault | undefined;

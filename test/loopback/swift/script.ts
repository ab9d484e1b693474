/** A request, as a script sees it. */
export interface Seen {
  /** As it is counted: `PUT object`. */
  readonly operation: string;
  /** The object, without its container; empty for the container itself and for Keystone. */
  readonly name: string;
}

/** What is to go wrong with a request. */
export type Fault =
  /** Is answered with this, and not carried out. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** The connection is cut, before or after it is carried out. */
  | { readonly kind: 'cut'; readonly carriedOut: boolean }
  /** It waits for this before it is carried out. */
  | { readonly kind: 'wait'; readonly until: Promise<unknown> }
  /** It is carried out; the body of its answer ends after so many bytes, without notice. */
  | { readonly kind: 'tear'; readonly bytes: number }
  /** It is carried out; its answer has these headers too. */
  | { readonly kind: 'headers'; readonly headers: Readonly<Record<string, string>> };

/** Says for each request whether something goes wrong with it; asked once a request. */
export type Script = (request: Seen) => Fault | undefined;

/** A script that applies a fault to the first `times` requests that are meant. */
export function faults(fault: Fault, isMeant: (request: Seen) => boolean, times = 1): Script {
  let left = times;
  return (request) => {
    if (left === 0 || !isMeant(request)) {
      return undefined;
    }
    left -= 1;
    return fault;
  };
}

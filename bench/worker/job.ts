import type { Ends } from '../place.ts';

/** The environment variable with a worker's job, as JSON: arguments, unlike it, are seen by everybody. */
export const jobVariable = 'STATESYNC_BENCH_JOB';

/** What a worker is told to do. */
export type Job =
  /** Reconcile what is under a prefix. */
  | ({ readonly kind: 'reconcile'; readonly prefix: string } & Ends)
  /** Copy what is under a prefix with the plain client, by GET and PUT, checking nothing. */
  | ({ readonly kind: 'pipe'; readonly prefix: string } & Ends)
  /** Reconcile so many keys that are equal at both ends, from listings that are made up. */
  | { readonly kind: 'listing'; readonly keys: number };

/** What came of the work itself. */
export interface Work {
  /** Outcomes by kind, or objects copied. */
  readonly counts: Readonly<Record<string, number>>;
  readonly bytes: number;
}

/** What a worker answers. The time is of the work, without the start of the process. */
export interface JobResult extends Work {
  readonly seconds: number;
  /** Of the worker's own threads, user and system. */
  readonly cpuSeconds: number;
  /** The most memory that the process had resident, from its start on, in bytes. */
  readonly peakBytes: number;
}

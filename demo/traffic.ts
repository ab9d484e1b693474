import type { Fault } from '../lib/local-cloud/s3/faults.ts';
import type { LocalS3 } from '../lib/local-cloud/s3/server.ts';

interface Buckets {
  readonly source: string;
  readonly replica: string;
}

/** Watches and slows down the requests that reach the embedded S3. Figures are taken there, so that no client's own count need be believed. */
export class Traffic {
  /** Slows requests down; undefined: none. */
  slow: ((operation: string, bucket: string) => number) | undefined;
  readonly #s3: LocalS3;
  readonly #waiting = new Map<string, (at: number) => void>();

  constructor(s3: LocalS3, { replica }: Buckets) {
    this.#s3 = s3;
    s3.faults = (operation, bucket, key, phase): Fault | undefined => {
      if (phase === 'after-commit' && bucket === replica && operation === 'PutObject') {
        this.#waiting.get(key)?.(performance.now());
        this.#waiting.delete(key);
      }
      const delayMs = phase === 'before' ? this.slow?.(operation, bucket) : undefined;
      return delayMs === undefined || delayMs <= 0 ? undefined : { delayMs };
    };
  }

  /** When the next write of this key at the replica is done, in milliseconds of `performance.now()`. */
  nextReplicaWrite(key: string): Promise<number> {
    return new Promise((resolve) => this.#waiting.set(key, resolve));
  }

  /** Requests so far. */
  get requests(): number {
    return this.#s3.requests.total;
  }
}

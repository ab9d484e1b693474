import { classify } from '../kops/layout.ts';
import type { DeleteKind } from './brake.ts';
import { convergeCarried } from './carried.ts';
import { deleteKindOf } from './delete-permit.ts';
import { type Outcome, orFailure } from './outcome.ts';
import { whyDataStays } from './pruned-backup.ts';
import type { ReplicationContext } from './replication-context.ts';

interface Bucket {
  readonly cluster: string;
  readonly kind: DeleteKind;
  readonly keys: string[];
  braked: boolean;
}

/**
 * Keys that a walk found at the destination only. They are deleted, if at all, when both listings have ended.
 *
 * Holds no more keys of a cluster than the brake allows: from one more on, none of them is deleted.
 */
export class DeleteList {
  readonly #context: ReplicationContext;
  readonly #report: (outcome: Outcome) => void;
  readonly #buckets = new Map<string, Bucket>();

  constructor(context: ReplicationContext, report: (outcome: Outcome) => void) {
    this.#context = context;
    this.#report = report;
  }

  add(key: string): void {
    const info = classify(key);
    const { policy } = this.#context;
    if (info.class === undefined || policy.deletePolicy(info.class) === 'retain') {
      this.#report({ kind: 'retained', key, reason: 'it is not at the source, and deletes of its class are retained' });
      return;
    }
    const bucket = this.#bucketOf(info.cluster ?? '', deleteKindOf(key, info));
    bucket.keys.push(key);
    if (bucket.braked || bucket.keys.length > this.#context.brake.left(bucket.cluster, bucket.kind)) {
      bucket.braked = true;
      this.#brake(bucket);
    }
  }

  /** The deletes that the brake lets through, as work to do; each looks at both ends again. */
  *permitted(): Generator<() => Promise<readonly Outcome[]>, void, undefined> {
    for (const { keys } of this.#buckets.values()) {
      for (const key of keys) {
        yield async () => [await orFailure(key, () => this.#delete(key))].flat();
      }
    }
  }

  async #delete(key: string): Promise<readonly Outcome[]> {
    const reason = await whyDataStays(this.#context, key);
    return reason === undefined ? convergeCarried(this.#context, key) : [{ kind: 'deferred', key, reason }];
  }

  #bucketOf(cluster: string, kind: DeleteKind): Bucket {
    const name = `${kind} ${cluster}`;
    const bucket = this.#buckets.get(name) ?? { cluster, kind, keys: [], braked: false };
    this.#buckets.set(name, bucket);
    return bucket;
  }

  #brake({ keys, kind }: Bucket): void {
    const reason = this.#context.brake.reason(kind);
    for (const key of keys.splice(0)) {
      this.#report({ kind: 'braked', key, reason });
    }
  }
}

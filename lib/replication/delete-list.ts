import { classify } from '../kops/layout.ts';
import type { DeleteKind } from './brake.ts';
import { deleteKindOf } from './delete-permit.ts';
import { type Outcome, orFailure } from './outcome.ts';
import type { ReplicationContext } from './replication-context.ts';

/** Keys that are deleted together, and what deletes them. */
export interface Deletion {
  /** In the order in which they are deleted; at least one. */
  readonly keys: readonly [string, ...string[]];
  readonly run: () => Promise<readonly Outcome[]>;
}

interface Bucket {
  readonly cluster: string;
  readonly kind: DeleteKind;
  deletions: Deletion[];
  count: number;
}

/**
 * What a walk found at the destination only. It is deleted, if at all, when both listings have ended.
 *
 * Holds no more of a cluster than the brake allows: from one more on, none of it is deleted.
 */
export class DeleteList {
  readonly #context: ReplicationContext;
  readonly #report: (outcome: Outcome) => void;
  readonly #buckets = new Map<string, Bucket>();

  constructor(context: ReplicationContext, report: (outcome: Outcome) => void) {
    this.#context = context;
    this.#report = report;
  }

  add(deletion: Deletion): void {
    const [key] = deletion.keys;
    const info = classify(key);
    if (info.class === undefined || this.#context.policy.deletePolicy(info.class) === 'retain') {
      const reason = 'it is not at the source, and deletes of its class are retained';
      deletion.keys.map((retained) => this.#report({ kind: 'retained', key: retained, reason }));
      return;
    }
    const bucket = this.#bucketOf(info.cluster ?? '', deleteKindOf(key, info));
    bucket.deletions.push(deletion);
    bucket.count += deletion.keys.length;
    this.#brakeIfTooMany(bucket);
  }

  /** The deletes that the brake lets through, as work to do; each looks at both ends again. */
  *permitted(): Generator<() => Promise<readonly Outcome[]>, void, undefined> {
    for (const bucket of this.#buckets.values()) {
      this.#brakeIfTooMany(bucket); // Slots may have gone since.
      for (const { keys, run } of bucket.deletions) {
        yield async () => [await orFailure(keys[0], run)].flat();
      }
    }
  }

  #bucketOf(cluster: string, kind: DeleteKind): Bucket {
    const name = `${kind} ${cluster}`;
    const bucket = this.#buckets.get(name) ?? { cluster, kind, deletions: [], count: 0 };
    this.#buckets.set(name, bucket);
    return bucket;
  }

  #brakeIfTooMany(bucket: Bucket): void {
    const { brake } = this.#context;
    if (bucket.count <= brake.left(bucket.cluster, bucket.kind)) {
      return;
    }
    const reason = brake.reason(bucket.kind);
    for (const key of bucket.deletions.flatMap(({ keys }) => keys)) {
      this.#report({ kind: 'braked', key, reason });
    }
    bucket.deletions = [];
  }
}

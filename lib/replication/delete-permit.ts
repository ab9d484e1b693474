import type { KeyInfo } from '../kops/layout.ts';
import type { DeletePolicy } from '../kops/object-class.ts';
import type { DeleteKind } from './brake.ts';
import type { Outcome } from './outcome.ts';
import type { ReplicationContext } from './replication-context.ts';

/** Whether one key may be deleted at the destination: by its class, its cluster, and the brake. */
export class DeletePermit {
  /** What the route says of deletes of this key's class. */
  readonly policy: DeletePolicy;
  readonly #context: ReplicationContext;
  readonly #info: KeyInfo;
  #reserved = false;

  constructor(context: ReplicationContext, info: KeyInfo) {
    this.#context = context;
    this.#info = info;
    this.policy = info.class === undefined ? 'retain' : context.policy.deletePolicy(info.class);
  }

  /** Undefined when the delete may happen, and its slot is taken; else the outcome that says why not. */
  async refusal(key: string): Promise<Outcome | undefined> {
    const config = await this.#context.clusters.missingConfig(this.#info);
    if (config !== undefined) {
      return { kind: 'retained', key, reason: `the source has no ${config}; nothing of a missing cluster is deleted` };
    }
    const kind = deleteKindOf(key, this.#info);
    if (!this.#reserved && !this.#context.brake.reserve(this.#info.cluster ?? '', kind)) {
      return { kind: 'braked', key, reason: this.#context.brake.reason(kind) };
    }
    this.#reserved = true;
    return undefined;
  }
}

/** Against which of the brake's limits a delete counts. */
export function deleteKindOf(key: string, info: KeyInfo): DeleteKind {
  if (info.class !== 'etcd-backup') {
    return 'deletes';
  }
  return key.endsWith('/_etcd_backup.meta') ? 'metas of pruned backups' : 'data of pruned backups';
}

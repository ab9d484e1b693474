import { forEachConcurrently } from '../flow/concurrency.ts';
import { commitMarkerOf, type Group, type GroupOf, groupId, groupOf, inDeleteOrder } from '../kops/groups.ts';
import { classify } from '../kops/layout.ts';
import { inKeyOrder } from '../vfs/key-order.ts';
import type { ObjectEntry, ObjectStat, Revision } from '../vfs/types.ts';
import { convergeCarried, whyNotCarried } from './carried.ts';
import { compareEntries } from './compare.ts';
import { ConfigurationWatch } from './configuration-watch.ts';
import { convergeConfiguration, deleteFromConfiguration, deleteLater, haveArrived } from './converge-configuration.ts';
import { convergeBackup, convergeControl } from './converge-etcd.ts';
import type { ConvergeOptions } from './converge-key.ts';
import { DeleteList, type Deletion } from './delete-list.ts';
import { type Outcome, orFailure } from './outcome.ts';
import { isSettled, type Pair, pairs } from './pairs.ts';
import { whyDataStays } from './pruned-backup.ts';
import type { ReplicationContext } from './replication-context.ts';

/** Told of every outcome; a reconcile of any size keeps none of them. */
export type ReportOutcome = (outcome: Outcome) => void;

export interface ReconcileOptions {
  /** Whether the configurations of the clusters are converged too, last of all; a caller may do that itself. @default 'converge' */
  readonly configurations?: 'converge' | 'leave';
  /** Groups in flight. @default 16 */
  readonly concurrency?: number;
}

/**
 * Converges everything under a prefix, from two listings walked in step.
 *
 * Nothing is deleted before both listings have come to their end: a listing that failed or was cut short rejects, and has deleted nothing.
 * Clusters' configurations come last, each as a whole, also where the prefix names only a part of one. Memory does not grow with the store.
 */
export async function reconcilePrefix(
  context: ReplicationContext,
  prefix: string,
  report: ReportOutcome,
  { configurations = 'converge', concurrency = 16 }: ReconcileOptions = {},
): Promise<void> {
  const holes = new Set<string>();
  const note: ReportOutcome = (outcome) => {
    if (outcome.kind === 'failed') {
      holes.add(classify(outcome.key).cluster ?? '');
    }
    report(outcome);
  };
  const walk = new Walk(context, note, holes);
  const work = async (task: Task) => {
    for (const outcome of await task()) {
      note(outcome);
    }
  };
  await forEachConcurrently(walk.tasks(prefix), concurrency, work);
  if (configurations === 'converge') {
    await forEachConcurrently(walk.configurations(), concurrency, work);
  }
  await forEachConcurrently(walk.deletes.permitted(), concurrency, work);
}

type Task = () => Promise<readonly Outcome[]>;

/** One walk over two listings: it settles what they decide, and makes tasks of the rest. */
class Walk {
  readonly deletes: DeleteList;
  readonly #context: ReplicationContext;
  readonly #report: ReportOutcome;
  readonly #configurations: ConfigurationWatch;
  /** Clusters of which something failed to arrive. */
  readonly #holes: ReadonlySet<string>;
  /** What became of configurations that did not arrive, by their groups. */
  readonly #late = new Map<string, readonly Outcome[]>();

  constructor(context: ReplicationContext, report: ReportOutcome, holes: ReadonlySet<string>) {
    this.#context = context;
    this.#report = report;
    this.#holes = holes;
    this.deletes = new DeleteList(context, report);
    this.#configurations = new ConfigurationWatch((key) => report(inSync(key)));
  }

  async *tasks(prefix: string): AsyncGenerator<Task, void, undefined> {
    const { source, destination, signal } = this.#context;
    const listed = (store: ReplicationContext['source']) => inKeyOrder(store, store.list(prefix, { signal }));
    let members: Pair[] = [];
    for await (const pair of pairs(listed(source), listed(destination))) {
      const [first] = members;
      if (first !== undefined && groupId(groupOf(first.key)) !== groupId(groupOf(pair.key))) {
        yield* this.#settle(members);
        members = [];
      }
      if (this.#isCarried(pair)) {
        members.push(pair);
      }
    }
    yield* this.#settle(members);
  }

  *configurations(): Generator<Task, void, undefined> {
    for (const group of this.#configurations.changed()) {
      yield async () => {
        const outcomes = [await orFailure(group.config, () => this.#convergeConfiguration(group))].flat();
        if (!haveArrived(outcomes) || outcomes.some(({ kind }) => kind === 'held')) {
          this.#late.set(groupId(group), outcomes);
        }
        return outcomes;
      };
    }
  }

  /** kOps takes a cluster to be there once its `config` is, so a new one must not appear with a hole in it. */
  async #convergeConfiguration(group: GroupOf<'configuration'>): Promise<readonly Outcome[]> {
    const { destination, signal } = this.#context;
    if (this.#holes.has(group.cluster ?? '') && (await destination.find(group.config, { signal })) === undefined) {
      return [{ kind: 'deferred', key: group.config, reason: 'something else of its cluster did not arrive' }];
    }
    return convergeConfiguration(this.#context, group, { deletes: 'leave' });
  }

  #isCarried({ key, source }: Pair): boolean {
    const reason = whyNotCarried(this.#context, key);
    if (reason !== undefined && source !== undefined) {
      this.#report({ kind: 'not-carried', key, reason });
    }
    return reason === undefined;
  }

  /** Settles neighbours of one group. */
  *#settle(members: readonly Pair[]): Generator<Task, void, undefined> {
    const [first] = members;
    if (first === undefined) {
      return;
    }
    const group = groupOf(first.key);
    if (group.kind === 'configuration') {
      this.#settleConfiguration(group, members);
    } else if (members.every(isSettled)) {
      for (const { key } of members) {
        this.#report(inSync(key));
      }
    } else if (members.every((pair) => pair.source === undefined)) {
      yield* this.#settleGone(group, members);
    } else {
      yield async () => [await orFailure(commitMarkerOf(group), () => this.#converge(group, first))].flat();
    }
  }

  #settleConfiguration(group: GroupOf<'configuration'>, members: readonly Pair[]): void {
    this.#configurations.see(
      group,
      members.filter((pair) => pair.source !== undefined),
    );
    for (const { key } of members.filter((pair) => pair.source === undefined)) {
      this.deletes.add({ keys: [key], run: () => this.#deleteFromConfiguration(group, key) });
    }
  }

  /** With a set that did not arrive its deletes wait too, although the source may have been mended since: half of a set must not get there. */
  async #deleteFromConfiguration(group: GroupOf<'configuration'>, key: string): Promise<readonly Outcome[]> {
    const late = this.#late.get(groupId(group));
    if (late === undefined) {
      return deleteFromConfiguration(this.#context, group, key);
    }
    const held = late.find(({ kind }) => kind === 'held');
    return [held === undefined ? deleteLater(key) : { ...held, key }];
  }

  /** Settles what the destination alone has, after both listings: in the group's order, and data of a pruned backup only when it may go. */
  *#settleGone(
    group: Exclude<Group, GroupOf<'configuration'>>,
    members: readonly Pair[],
  ): Generator<Task, void, undefined> {
    const [first, ...rest] = inDeleteOrder(
      group,
      members.map(({ key }) => key),
    );
    if (group.kind === 'etcd-control' && first !== undefined) {
      this.deletes.add({ keys: [first, ...rest], run: () => convergeControl(this.#context, group) });
      return;
    }
    for (const { key } of members) {
      const deletion: Deletion = { keys: [key], run: () => convergeCarried(this.#context, key) };
      if (group.kind === 'etcd-backup' && key === group.data) {
        yield () => this.#settlePrunedData(deletion);
      } else {
        this.deletes.add(deletion);
      }
    }
  }

  async #settlePrunedData(deletion: Deletion): Promise<readonly Outcome[]> {
    const [key] = deletion.keys;
    const reason = await whyDataStays(this.#context, key);
    if (reason !== undefined) {
      return [{ kind: 'deferred', key, reason }];
    }
    this.deletes.add({ ...deletion, run: async () => this.#deleteData(key) });
    return [];
  }

  /** Asks again: a look from before the end of the listings is too old to delete by. */
  async #deleteData(key: string): Promise<readonly Outcome[]> {
    const reason = await whyDataStays(this.#context, key);
    return reason === undefined ? convergeCarried(this.#context, key) : [{ kind: 'deferred', key, reason }];
  }

  #converge(group: Exclude<Group, GroupOf<'configuration'>>, first: Pair): Promise<readonly Outcome[]> {
    switch (group.kind) {
      case 'single':
        return convergeCarried(this.#context, group.key, knownReplica(first));
      case 'etcd-backup':
        return convergeBackup(this.#context, group);
      case 'etcd-control':
        return convergeControl(this.#context, group);
    }
  }
}

function inSync(key: string): Outcome {
  return { kind: 'in-sync', key, by: 'listing' };
}

/** What the walk knows of a replica, where that spares the first stat: it is not there, or it surely differs. */
function knownReplica({ source, replica }: Pair): ConvergeOptions {
  if (replica === undefined) {
    return { replica: 'absent' };
  }
  const differs = source !== undefined && compareEntries(source, replica).kind === 'different';
  return differs && replica.revision !== undefined ? { replica: asStat(replica, replica.revision) } : {};
}

function asStat({ key, size, checksums = {}, modifiedAt }: ObjectEntry, revision: Revision): ObjectStat {
  return { key, size, revision, checksums, modifiedAt, headers: {}, metadata: {} };
}

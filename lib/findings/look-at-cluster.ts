import type { Clock } from '../flow/clock.ts';
import type { OtherCluster } from '../validation/rule.ts';
import type { Waiver } from '../validation/waivers.ts';
import type { Store } from '../vfs/store.ts';
import type { ObjectEntry } from '../vfs/types.ts';
import type { FindingRecords, StoredRecord } from './finding-records.ts';
import { fingerprintOf } from './fingerprint.ts';
import { type Found, type Judgement, nextRecord, nothingFound } from './next-record.ts';
import type { ClusterState, FindingsRecord } from './record.ts';

/** What a look at a cluster needs. */
export interface LookSurroundings {
  readonly source: Store;
  readonly records: FindingRecords;
  /** Who is told of changes, by id. */
  readonly recipients: readonly string[];
  /** The clusters of the source, asked for only when one is judged. */
  readonly others: () => Promise<readonly OtherCluster[]>;
  readonly waivers: readonly Waiver[];
  readonly clock: Pick<Clock, 'now'>;
}

/** Why a cluster is looked at. */
export interface LookRequest {
  /** Its name, which is also its directory. */
  readonly cluster: string;
  /** Fingerprints that somebody saw so long ago that the cluster is quiet if it still has one of them. */
  readonly seen: ReadonlySet<string>;
  /** Judge it though nothing has changed: findings come with time too, when backups get old and certificates expire. */
  readonly isDue: boolean;
  /** Judge it though it is not quiet: it was waited for long enough. */
  readonly isOverdue: boolean;
}

/** A cluster that has been judged, and the record of it. */
export interface JudgedCluster extends StoredRecord {
  readonly record: FindingsRecord;
}

/** What came of a look. */
export type Look =
  /** There is no such cluster, and no record of one. */
  | { readonly kind: 'nothing' }
  /** It is what was judged already. */
  | { readonly kind: 'unchanged'; readonly judged: JudgedCluster }
  /** It changes, or may: look again when it could be quiet, with this fingerprint. */
  | { readonly kind: 'moving'; readonly fingerprint: string }
  | { readonly kind: 'judged'; readonly judged: JudgedCluster; readonly previous: FindingsRecord | undefined };

/**
 * Looks at a cluster, and judges it if it has changed and is quiet.
 *
 * The record is read before the cluster is listed, and written over the very one that was read: of two looks at a time the one that saw less fails, with
 * `PreconditionFailed`. What is judged is listed before it is read and again afterwards, so that a judgement is of one set.
 * Rejects with `VfsError`.
 */
export async function lookAtCluster(
  request: LookRequest,
  surroundings: LookSurroundings,
  signal: AbortSignal,
): Promise<Look> {
  const { source, records, recipients } = surroundings;
  const { cluster, seen, isDue, isOverdue } = request;
  const stored = await records.read(cluster, signal);
  const known = stored?.record && { ...stored, record: stored.record };
  const entries = await listed(source, cluster, signal);
  const state = stateOf(cluster, entries);
  const fingerprint = fingerprintOf(entries);
  const isSame = known?.record.fingerprint === fingerprint;
  if (known !== undefined && isSame && (!isDue || state === 'gone')) {
    return { kind: 'unchanged', judged: known };
  }
  if (state === 'gone' && stored === undefined) {
    return { kind: 'nothing' };
  }
  if (!(isSame || isOverdue || seen.has(fingerprint))) {
    return { kind: 'moving', fingerprint };
  }
  const found = entries.length === 0 ? nothingFound : await judge(cluster, entries, surroundings, signal);
  const after = fingerprintOf(await listed(source, cluster, signal));
  if (after !== fingerprint && !isOverdue) {
    return { kind: 'moving', fingerprint: after };
  }
  const judgedAt = new Date(surroundings.clock.now());
  const judgement: Judgement = { store: source.url, cluster, state, judgedAt, fingerprint, found };
  const record = nextRecord(judgement, known?.record, recipients);
  const written = await records.write(record, stored?.revision, signal);
  return { kind: 'judged', judged: { ...written, record }, previous: known?.record };
}

async function listed(source: Store, cluster: string, signal: AbortSignal): Promise<readonly ObjectEntry[]> {
  const entries: ObjectEntry[] = [];
  for await (const entry of source.list(`${cluster}/`, { signal })) {
    entries.push(entry);
  }
  return entries;
}

/** kOps writes `config` first and instance groups after it, and `cluster-completed.spec` when it is applied. */
function stateOf(cluster: string, entries: readonly ObjectEntry[]): ClusterState {
  const has = (path: string): boolean => entries.some(({ key }) => key === `${cluster}/${path}`);
  if (!has('config')) {
    return 'gone';
  }
  const hasGroups = entries.some(({ key }) => key.startsWith(`${cluster}/instancegroup/`));
  return hasGroups || has('cluster-completed.spec') ? 'complete' : 'incomplete';
}

async function judge(
  cluster: string,
  entries: readonly ObjectEntry[],
  { source, others, waivers, clock }: LookSurroundings,
  signal: AbortSignal,
): Promise<Found> {
  const { judgeCluster, judgeLostCluster } = await import('./judge-cluster.ts');
  const now = new Date(clock.now());
  const toJudge = { source, cluster, entries, others: await others(), waivers, now };
  return stateOf(cluster, entries) === 'gone' ? judgeLostCluster(toJudge) : judgeCluster(toJudge, signal);
}

import type { Counts } from '../validation/formats/json.ts';
import { changesOf, isChange } from './changes.ts';
import type { ClusterState, FindingsRecord, RecordedFinding, Untold } from './record.ts';

/** What a judgement found. */
export interface Judgement {
  readonly store: string;
  readonly cluster: string;
  readonly state: ClusterState;
  readonly judgedAt: Date;
  readonly fingerprint: string;
  readonly found: Found;
}

/** What is wrong with a cluster, without what a waiver accepts. */
export interface Found {
  readonly findings: readonly RecordedFinding[];
  readonly counts: Counts;
  /** Whether a gate would hold the configuration back. */
  readonly isInvalid: boolean;
}

/** Of a cluster that is gone. */
export const nothingFound: Found = {
  findings: [],
  counts: { error: 0, warning: 0, info: 0, waived: 0 },
  isInvalid: false,
};

/**
 * The record of a judgement, from the one before it.
 *
 * Each recipient is told of the difference to what it was told last, so that a change which could not be told joins the next one, and one which is
 * taken back is not told at all.
 */
export function nextRecord(
  judgement: Judgement,
  previous: FindingsRecord | undefined,
  recipients: readonly string[],
): FindingsRecord {
  const { store, cluster, state, fingerprint } = judgement;
  const { findings, counts, isInvalid } = judgement.found;
  const judgedAt = judgement.judgedAt.toISOString();
  const untold = untoldOf(findings, previous, recipients);
  return {
    version: 1,
    ...{ store, cluster, state, judgedAt, fingerprint, counts, findings },
    ...(isInvalid && { invalidSince: previous?.invalidSince ?? judgedAt }),
    ...(untold.length > 0 && { untold }),
  };
}

/** For how long the configuration of a cluster has been invalid, in seconds; 0 while it is valid. */
export function heldSeconds({ invalidSince }: Pick<FindingsRecord, 'invalidSince'>, now: number): number {
  return invalidSince === undefined ? 0 : Math.max(0, Math.round((now - Date.parse(invalidSince)) / 1000));
}

function untoldOf(
  findings: readonly RecordedFinding[],
  previous: FindingsRecord | undefined,
  recipients: readonly string[],
): readonly Untold[] {
  return recipients
    .map((recipient) => {
      const waiting = previous?.untold?.find((one) => one.recipient === recipient);
      return { recipient, before: waiting?.before ?? previous?.findings ?? [] };
    })
    .filter(({ before }) => isChange(changesOf(before, findings)));
}

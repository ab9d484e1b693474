import { mapConcurrently } from '../flow/concurrency.ts';
import { isVfsError } from '../vfs/errors.ts';
import { changesOf, isChange } from './changes.ts';
import type { FindingRecords, StoredRecord } from './finding-records.ts';
import type { Recipient } from './recipient.ts';
import type { ChangeRecord, FindingsRecord, RecordedFinding } from './record.ts';

/** A recipient that could not be told. */
export interface Failure {
  readonly recipient: string;
  /** What may be logged. */
  readonly reason: string;
}

/**
 * Tells those who have not been told of a record yet, and notes who has been. Resolves to those that could not be told; they stay in the record.
 *
 * A recipient is told at least once: where the note cannot be written, it is told again. Rejects with `VfsError` then.
 */
export async function tell(
  { record, revision }: StoredRecord,
  { records, recipients }: { readonly records: FindingRecords; readonly recipients: readonly Recipient[] },
  signal: AbortSignal,
): Promise<readonly Failure[]> {
  const untold = record?.untold ?? [];
  if (record === undefined || untold.length === 0) {
    return [];
  }
  const failures = await mapConcurrently(untold, 4, async ({ recipient: id, before }) => {
    const recipient = recipients.find((one) => one.id === id); // One that is no longer configured is let go.
    const reason = recipient && (await reasonOfFailure(recipient, changeOf(record, before), signal));
    return reason === undefined ? [] : [{ recipient: id, reason }];
  });
  const failed = new Set(failures.flat().map(({ recipient }) => recipient));
  if (failed.size < untold.length) {
    const { untold: _all, ...rest } = record;
    const left = untold.filter(({ recipient }) => failed.has(recipient));
    await records.write({ ...rest, ...(left.length > 0 && { untold: left }) }, revision, signal);
  }
  return failures.flat();
}

function changeOf(record: FindingsRecord, before: readonly RecordedFinding[]): ChangeRecord {
  const { store, cluster, state, judgedAt, fingerprint, counts, findings } = record;
  const { new: added, gone } = changesOf(before, findings);
  return { version: 1, store, cluster, state, judgedAt, fingerprint, counts, new: added, gone };
}

async function reasonOfFailure(
  recipient: Recipient,
  change: ChangeRecord,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!isChange(change)) {
    return undefined;
  }
  try {
    await recipient.tell(change, signal);
    return undefined;
  } catch (error) {
    return tellable(error);
  }
}

/** Errors of an SDK are named only: their text may quote the request and what signed it. */
function tellable(error: unknown): string {
  if (!(error instanceof Error)) {
    return 'unknown';
  }
  return isVfsError(error) || error.name === 'Error' ? error.message : error.name;
}

import type { FindingRecords } from './finding-records.ts';
import type { ChangeRecord } from './record.ts';

/** Somebody who is told when the findings of a cluster change. */
export interface Recipient {
  /** Names it in records and logs: `sns:arn:…`, `webhook:env:NAME`. Holds no secret. */
  readonly id: string;
  /** Resolves once the recipient has taken the change. May come twice for one change. Rejects with an error whose message may be logged. */
  tell(change: ChangeRecord, signal: AbortSignal): Promise<void>;
}

/** The history in the control store: told like the others, so that no change is left out of it. */
export function historyOf(records: FindingRecords): Recipient {
  return { id: 'history', tell: (change, signal) => records.keepChange(change, signal) };
}

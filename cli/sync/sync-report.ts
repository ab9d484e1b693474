import type { Outcome, OutcomeKind } from '../../lib/replication/outcome.ts';
import type { ReportShape } from '../output/report.ts';
import { renderTable } from '../output/table.ts';
import { formatBytes } from '../output/text.ts';

/** The document that `sync` writes, besides its outcomes. */
export interface SyncSummary {
  readonly from: string;
  readonly to: string;
  readonly dryRun: boolean;
  /** The user gave up before the end. */
  readonly aborted: boolean;
  readonly counts: Readonly<Partial<Record<OutcomeKind, number>>>;
  readonly bytesWritten: number;
}

/** All kinds, in the order in which they are shown. */
const order: readonly OutcomeKind[] = [
  'in-sync',
  'written',
  'deleted',
  'retained',
  'not-carried',
  'held',
  'deferred',
  'braked',
  'failed',
];

/** How the outcomes of `sync` are written: a table of counts, and one of the outcomes that somebody should look at. */
export const syncShape: ReportShape<Outcome, SyncSummary> = {
  kind: 'sync',
  itemKind: 'outcome',
  itemsField: 'outcomes',
  table: (outcomes, summary) => (outcomes.length === 0 ? '' : `${details(outcomes, summary)}\n`) + counts(summary),
};

function details(outcomes: readonly Outcome[], { dryRun }: SyncSummary): string {
  const rows = outcomes.map((outcome) => [wordFor(outcome.kind, dryRun), outcome.key, detailOf(outcome)]);
  return renderTable([{ title: 'OUTCOME' }, { title: 'KEY' }, { title: 'DETAIL' }], rows);
}

function detailOf(outcome: Outcome): string {
  if ('reason' in outcome) {
    return outcome.reason;
  }
  if (outcome.kind === 'written' || outcome.kind === 'deleted') {
    const { objection } = outcome;
    const done = outcome.kind === 'written' ? (outcome.remark ?? formatBytes(outcome.bytes)) : '';
    return objection === undefined ? done : `invalid: ${objection.reason}`;
  }
  return '';
}

function counts({ counts, bytesWritten, dryRun }: SyncSummary): string {
  const rows = order
    .filter((kind) => (counts[kind] ?? 0) > 0)
    .map((kind) => [wordFor(kind, dryRun), String(counts[kind]), kind === 'written' ? formatBytes(bytesWritten) : '']);
  const columns = [
    { title: 'OUTCOME' },
    { title: 'OBJECTS', align: 'right' },
    { title: 'SIZE', align: 'right' },
  ] as const;
  return renderTable(columns, rows);
}

function wordFor(kind: OutcomeKind, dryRun: boolean): string {
  const would = dryRun && (kind === 'written' || kind === 'deleted');
  return would ? `would be ${kind}` : kind;
}

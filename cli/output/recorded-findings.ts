import type { ChangeRecord, FindingsRecord, RecordedFinding } from '../../lib/findings/record.ts';
import type { ReportShape } from './report.ts';
import { renderTable } from './table.ts';
import { formatTime, printable } from './text.ts';

/** The findings of one cluster as documents show them. */
export interface FindingsItem extends Omit<FindingsRecord, 'version' | 'untold' | 'invalidSince'> {
  /** Of the store, in the configuration. */
  readonly storeName: string;
  readonly invalidSince: string | null;
}

/** A change as documents show it. */
export interface ChangeItem extends Omit<ChangeRecord, 'version'> {
  readonly storeName: string;
}

/** The clusters as a table, and below it their findings, as `validate` writes them. */
export const recordsShape: ReportShape<FindingsItem, object> = {
  kind: 'recorded-findings',
  itemKind: 'cluster-findings',
  itemsField: 'clusters',
  table: (items) => {
    const findings = items.flatMap((item) => item.findings.map(lineOf));
    const table = items.length === 0 ? '' : renderTable(columns, items.map(rowOf));
    return `${table}${findings.length === 0 ? '' : '\n'}${findings.join('')}`;
  },
};

/** Each change as lines: what is new and what is gone. */
export const changesShape: ReportShape<ChangeItem, object> = {
  kind: 'finding-changes',
  itemKind: 'finding-change',
  itemsField: 'changes',
  line: (change) =>
    [
      `${timeOf(change.judgedAt)} ${printable(change.cluster)}: ${change.new.length} new, ${change.gone.length} gone${change.state === 'gone' ? ' (the cluster is gone)' : ''}`,
      ...change.new.map((finding) => `  + ${lineOf(finding)}`.trimEnd()),
      ...change.gone.map((finding) => `  - ${lineOf(finding)}`.trimEnd()),
    ].join('\n'),
  table: () => '',
};

const columns = [
  { title: 'STORE' },
  { title: 'CLUSTER' },
  { title: 'STATE' },
  { title: 'ERRORS', align: 'right' },
  { title: 'WARNINGS', align: 'right' },
  { title: 'REMARKS', align: 'right' },
  { title: 'INVALID SINCE' },
  { title: 'JUDGED' },
] as const;

function rowOf({ storeName, cluster, state, counts, invalidSince, judgedAt }: FindingsItem): readonly string[] {
  const numbers = [counts.error, counts.warning, counts.info].map(String);
  return [storeName, cluster, state, ...numbers, invalidSince === null ? '-' : timeOf(invalidSince), timeOf(judgedAt)];
}

function lineOf({ key, line, severity, rule, message }: RecordedFinding): string {
  return `${printable(key)}:${line}: ${severity} ${rule}: ${printable(message)}\n`;
}

function timeOf(text: string): string {
  return formatTime(new Date(text));
}

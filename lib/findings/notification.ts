import type { ChangeRecord, RecordedFinding } from './record.ts';

/** What recipients outside the project get of a change: JSON of one version, with a sentence for people. */
export interface Notification extends Omit<ChangeRecord, 'version'> {
  /** Of this document. It changes only when a field goes or changes its meaning. */
  readonly schemaVersion: 1;
  readonly kind: 'findings-changed';
  /** For people, and for chats that show the field of this name. */
  readonly text: string;
  /** How many new and gone findings there are beside those listed. */
  readonly omitted: number;
}

/** How many new findings are listed, and how many gone ones: with all their words they stay far below the 256 KiB of SNS and EventBridge. */
const mostListed = 25;
/** In characters: a message quotes values, which may be long. */
const longestMessage = 1_000;

/** The notification of a change. */
export function notificationOf({ version: _ofRecord, ...change }: ChangeRecord): Notification {
  const omitted = [change.new, change.gone].reduce((sum, list) => sum + Math.max(0, list.length - mostListed), 0);
  return {
    schemaVersion: 1,
    kind: 'findings-changed',
    text: textOf(change),
    ...change,
    new: listed(change.new),
    gone: listed(change.gone),
    omitted,
  };
}

/** One line: `prod.k8s.example.com: new findings: 2, gone: 1; now errors: 1, warnings: 3, remarks: 0`. */
export function summaryOf({ cluster, state, counts, new: added, gone }: Omit<ChangeRecord, 'version'>): string {
  if (state === 'gone') {
    return `${cluster}: the cluster is gone, and what was found in it`;
  }
  const now = `errors: ${counts.error}, warnings: ${counts.warning}, remarks: ${counts.info}`;
  return `${cluster}: new findings: ${added.length}, gone: ${gone.length}; now ${now}`;
}

function textOf(change: Omit<ChangeRecord, 'version'>): string {
  const lines = [...change.new.slice(0, 5).map(lineOf('+')), ...change.gone.slice(0, 5).map(lineOf('-'))];
  return [summaryOf(change), ...lines].join('\n');
}

function lineOf(sign: string) {
  return ({ severity, rule, key, line, message }: RecordedFinding): string =>
    `${sign} ${severity} ${rule} ${key}:${line}: ${shortened(message)}`;
}

function listed(findings: readonly RecordedFinding[]): readonly RecordedFinding[] {
  return findings.slice(0, mostListed).map((finding) => ({ ...finding, message: shortened(finding.message) }));
}

function shortened(message: string): string {
  return message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message;
}

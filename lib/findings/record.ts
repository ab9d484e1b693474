import type { Finding } from '../validation/finding.ts';
import type { Counts } from '../validation/formats/json.ts';
import type { Severity } from '../validation/rule.ts';
import { plainMessage } from './plain-message.ts';

/** A finding as the control store keeps it: where it is and what it says, and nothing of the file. */
export interface RecordedFinding {
  /** Id of the rule: `statesync explain ID` tells more. */
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** The key in the state store. */
  readonly key: string;
  /** JSON pointer of the field; empty for the whole file. */
  readonly pointer: string;
  /** From 1. */
  readonly line: number;
}

/**
 * What a cluster looked like: `complete` with instance groups; `incomplete` while it has none yet and was never applied; `gone` without
 * `config`.
 */
export type ClusterState = 'complete' | 'incomplete' | 'gone';

/** What is known of one cluster of one store: the object `latest.json` of the control store. */
export interface FindingsRecord {
  readonly version: 1;
  /** URL of the store. */
  readonly store: string;
  readonly cluster: string;
  readonly state: ClusterState;
  /** ISO 8601, in UTC, as all times of a record. */
  readonly judgedAt: string;
  /** Of the set that was judged: see `fingerprintOf`. */
  readonly fingerprint: string;
  /** Of all findings, also of those beyond `mostRecorded`. */
  readonly counts: Counts;
  /** The gravest first. */
  readonly findings: readonly RecordedFinding[];
  /** Since when each judgement found an error in the configuration itself: what a gate holds back. Absent while it is valid. */
  readonly invalidSince?: string;
  /** Who has not been told of all this yet. Absent where everybody has. */
  readonly untold?: readonly Untold[];
}

/** Somebody who is still to be told of a change. */
export interface Untold {
  /** Names the recipient; never an address with a secret in it. */
  readonly recipient: string;
  /** What the recipient was told last: the findings before the change. */
  readonly before: readonly RecordedFinding[];
}

/** One change of a cluster's findings: an object below `history/` of the control store. */
export interface ChangeRecord {
  readonly version: 1;
  readonly store: string;
  readonly cluster: string;
  readonly state: ClusterState;
  readonly judgedAt: string;
  readonly fingerprint: string;
  readonly counts: Counts;
  readonly new: readonly RecordedFinding[];
  readonly gone: readonly RecordedFinding[];
}

/** More findings of one cluster than this are counted, and not kept. */
export const mostRecorded = 500;
/** The largest record that is read, in bytes: messages are sentences, and there are three lists of them at most. */
export const longestRecord = 4 * 1024 ** 2;

const gravity: readonly Severity[] = ['error', 'warning', 'info'];

/** Findings as they are kept: the gravest first, in the order of the files. */
export function recordedFindings(findings: readonly Finding[]): readonly RecordedFinding[] {
  return findings
    .map(({ rule, severity, message, file, pointer, range }) => ({
      rule,
      severity,
      message: plainMessage(message),
      key: file,
      pointer,
      line: range.start.line,
    }))
    .sort((a, b) => gravity.indexOf(a.severity) - gravity.indexOf(b.severity))
    .slice(0, mostRecorded);
}

/** Writes a record. */
export function encodeRecord(record: FindingsRecord | ChangeRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** Reads what `encodeRecord` wrote of a judgement; undefined for anything else, and for a record of another version. */
export function decodeRecord(text: string): FindingsRecord | undefined {
  const record = parsed(text);
  return isRecord(record) && Array.isArray(record['findings']) && isList(record['untold'])
    ? (record as unknown as FindingsRecord)
    : undefined;
}

/** Reads what `encodeRecord` wrote of a change; undefined for anything else, and for a record of another version. */
export function decodeChange(text: string): ChangeRecord | undefined {
  const record = parsed(text);
  return isRecord(record) && Array.isArray(record['new']) && Array.isArray(record['gone'])
    ? (record as unknown as ChangeRecord)
    : undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Fields {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const { version, counts, ...fields } = value as Fields;
  const texts = ['store', 'cluster', 'state', 'judgedAt', 'fingerprint'].every(
    (name) => typeof fields[name] === 'string',
  );
  return version === 1 && texts && typeof counts === 'object' && counts !== null;
}

function isList(value: unknown): boolean {
  return value === undefined || Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

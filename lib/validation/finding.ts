import type { ApiVersion, Kind } from './kops-object.ts';
import type { SourceRange } from './manifest/document.ts';
import type { Severity } from './rule.ts';

/** What is wrong at one place, and what would be right. */
export interface Finding {
  /** Id of the rule: `statesync explain ID` tells more. */
  readonly rule: string;
  readonly severity: Severity;
  /** What is wrong: kOps's own text, where kOps has the rule; else one plain sentence. */
  readonly message: string;
  /** The path in kOps's message, where kOps has the rule and its path is a slip. */
  readonly kopsPath?: string;
  /** The file, or the key in the store. */
  readonly file: string;
  /** Which document of the file, from 0 on. */
  readonly document: number;
  /** JSON pointer of the field inside its document, by the names of the file. */
  readonly pointer: string;
  readonly range: SourceRange;
  /** The object that it is about. */
  readonly object?: { readonly kind: Kind; readonly apiVersion: ApiVersion; readonly name: string };
  /** The cluster that it is about. */
  readonly cluster?: string;
  /** What mends it, where that is certain. */
  readonly fix?: FindingFix;
  /** The waiver of the configuration that accepts it for a time: it then counts for nothing. */
  readonly waiver?: FindingWaiver;
}

/** A change of one field, by the names of the file. With neither a value nor a name, the field is removed. */
export interface FindingFix {
  readonly pointer: string;
  /** The value that the field must have. */
  readonly value?: unknown;
  /** The name that the field must have; its value stays. */
  readonly rename?: string;
}

/** Why a finding is accepted, and until when. */
export interface FindingWaiver {
  readonly reason: string;
  /** The last day, in UTC: `2026-12-31`. */
  readonly expires: string;
}

/** The range of a finding about a file as such, which may be absent, or a directory: it points at nothing in it. */
export const wholeFile: SourceRange = { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };

/** Whether a finding is about a file as such, so that a line would say nothing. */
export function isOfWholeFile({ range: { start, end } }: Pick<Finding, 'range'>): boolean {
  return [start, end].every(({ line, column }) => line === 1 && column === 1);
}

/** Whether a finding counts: no waiver accepts it. */
export function isOpen({ waiver }: Finding): boolean {
  return waiver === undefined;
}

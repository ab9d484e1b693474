import { type Finding, isOpen } from '../finding.ts';

/** How many findings of each severity there are that no waiver accepts, and how many there are that one does. */
export interface Counts {
  readonly error: number;
  readonly warning: number;
  readonly info: number;
  readonly waived: number;
}

/**
 * The document that `-o json` writes, beside the `schemaVersion` that all documents have. `schema/findings.v1.json` describes it; its version
 * is a part of that name.
 */
export interface FindingsDocument {
  readonly kind: 'findings';
  readonly counts: Counts;
  readonly findings: readonly Finding[];
}

export function toFindingsDocument(findings: readonly Finding[]): FindingsDocument {
  return { kind: 'findings', counts: countsOf(findings), findings };
}

export function countsOf(findings: readonly Finding[]): Counts {
  const open = findings.filter(isOpen);
  const count = (severity: Finding['severity']): number =>
    open.filter((finding) => finding.severity === severity).length;
  return {
    error: count('error'),
    warning: count('warning'),
    info: count('info'),
    waived: findings.length - open.length,
  };
}

import type { Finding } from '../finding.ts';

/** How many findings of each severity there are. */
export interface Counts {
  readonly error: number;
  readonly warning: number;
  readonly info: number;
}

/** The document that `-o json` writes, beside the `schemaVersion` that all documents have. */
export interface FindingsDocument {
  readonly kind: 'findings';
  readonly counts: Counts;
  readonly findings: readonly Finding[];
}

export function toFindingsDocument(findings: readonly Finding[]): FindingsDocument {
  return { kind: 'findings', counts: countsOf(findings), findings };
}

export function countsOf(findings: readonly Finding[]): Counts {
  const count = (severity: keyof Counts): number => findings.filter((finding) => finding.severity === severity).length;
  return { error: count('error'), warning: count('warning'), info: count('info') };
}

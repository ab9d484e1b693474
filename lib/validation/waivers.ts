import { matchesGlob } from '../config/glob.ts';
import type { Finding } from './finding.ts';
import type { SourceRange } from './manifest/document.ts';
import type { RuleText } from './rule.ts';

/** Findings that are accepted for a time, as the configuration names them. What is not said fits everything. */
export interface Waiver {
  /** Id of the rule. */
  readonly rule: string;
  /** A glob of cluster names. */
  readonly cluster?: string;
  /** A glob of files, as findings name them: a path, or the key in the store. */
  readonly file?: string;
  /** JSON pointer of the field; what lies below it is meant too. */
  readonly pointer?: string;
  /** `Kind/name`, where the name may be a glob. */
  readonly object?: string;
  readonly reason: string;
  /** The last day on which it holds, in UTC: `2026-12-31`. */
  readonly expires: string;
}

const expiredWaiver: RuleText = {
  id: 'WAIVER-EXPIRED',
  severity: 'warning',
  title: 'No waiver of the configuration is past its last day.',
  explanation:
    'It holds no more: what it accepted counts again. Mend what was accepted and remove the waiver, or give it a later day and a reason that still stands.',
};

const unusedWaiver: RuleText = {
  id: 'WAIVER-UNUSED',
  severity: 'info',
  title: 'Every waiver of the configuration accepts something.',
  explanation:
    'Nothing is found any more that the waiver would accept, so it would only hide a mistake of later. Remove it. A waiver for a cluster or a file that was not looked at is not told.',
};

/** The rules of waivers themselves, which no waiver accepts. */
export const waiverRules: readonly RuleText[] = [expiredWaiver, unusedWaiver];

/**
 * The same findings, those marked with their waiver that one accepts at this moment. Ask `isOpen` which of them count: for exit codes, gates
 * and alarms the others are as if they were not there.
 */
export function applyWaivers(findings: readonly Finding[], waivers: readonly Waiver[], now: Date): readonly Finding[] {
  const valid = waivers.filter((waiver) => !hasExpired(waiver, now));
  return findings.map((finding) => {
    const waiver = valid.find((candidate) => accepts(candidate, finding));
    return waiver === undefined ? finding : { ...finding, waiver: { reason: waiver.reason, expires: waiver.expires } };
  });
}

/** What was looked at, so that a waiver for something else is not called unused. */
export interface Looked {
  readonly clusters: readonly string[];
  readonly files: readonly string[];
}

/** What there is to say of the waivers themselves, given all findings of a run. `placeOf` says where the waiver of an index stands. */
export function waiverFindings(
  findings: readonly Finding[],
  waivers: readonly Waiver[],
  {
    now,
    looked,
    placeOf,
  }: {
    readonly now: Date;
    readonly looked: Looked;
    readonly placeOf: (index: number) => { readonly file: string; readonly range: SourceRange };
  },
): readonly Finding[] {
  return [...waivers.entries()].flatMap(([index, waiver]) => {
    const told = (rule: RuleText, message: string): Finding => ({
      rule: rule.id,
      severity: rule.severity,
      message,
      document: 0,
      pointer: `/waivers/${index}`,
      ...placeOf(index),
    });
    if (hasExpired(waiver, now)) {
      return [
        told(
          expiredWaiver,
          `the waiver of ${waiver.rule} held until ${waiver.expires}; mend what it accepted, or renew it`,
        ),
      ];
    }
    const isUnused = wasLookedAt(waiver, looked) && !findings.some((finding) => accepts(waiver, finding));
    return isUnused
      ? [told(unusedWaiver, `the waiver of ${waiver.rule} accepts nothing that is found; remove it`)]
      : [];
  });
}

/** It holds through the end of its day. */
function hasExpired({ expires }: Waiver, now: Date): boolean {
  return now.toISOString().slice(0, 10) > expires;
}

function accepts({ rule, cluster, file, pointer, object }: Waiver, finding: Finding): boolean {
  return (
    finding.rule === rule &&
    (cluster === undefined || matchesGlob(cluster, clusterOf(finding) ?? '')) &&
    (file === undefined || matchesGlob(file, finding.file)) &&
    (pointer === undefined || `${finding.pointer}/`.startsWith(`${pointer}/`)) &&
    (object === undefined ||
      (finding.object !== undefined && matchesGlob(object, `${finding.object.kind}/${finding.object.name}`)))
  );
}

/** The cluster of a finding; of a file that cannot be read, by its key in the store. */
function clusterOf({ cluster, file }: Finding): string | undefined {
  return cluster ?? /^(.+)\/(?:config|instancegroup\/[^/]+)$/.exec(file)?.[1];
}

function wasLookedAt({ cluster, file }: Waiver, { clusters, files }: Looked): boolean {
  return (
    (cluster === undefined || clusters.some((name) => matchesGlob(cluster, name))) &&
    (file === undefined || files.some((name) => matchesGlob(file, name)))
  );
}

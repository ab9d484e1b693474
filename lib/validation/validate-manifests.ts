import type { Finding } from './finding.ts';
import { findingsOfSet } from './findings-of-set.ts';
import type { KopsObject } from './kops-object.ts';
import { readManifest } from './manifest/read-manifest.ts';
import { syntaxFinding } from './manifest/syntax-rules.ts';
import { type GroupedObjects, groupObjects, kopsObjectOf } from './objects.ts';
import type { Rule } from './rule.ts';
import { allRules } from './rule-list.ts';
import { schemaFindings, schemaMinor } from './schema/check-schema.ts';
import { mistypedField } from './schema/schema-rules.ts';
import type { KopsVersion } from './versions.ts';

/** A manifest file, or several in one text. */
export interface ManifestFile {
  /** Its path, for findings. */
  readonly file: string;
  readonly text: string;
}

export interface ManifestOptions {
  /** The kOps that will read them; undefined when it is not known. */
  readonly kopsVersion?: KopsVersion | undefined;
  /** The cluster's spec as it was applied last. */
  readonly applied?: KopsObject;
  /** @default allRules */
  readonly rules?: readonly Rule[];
}

/** What was found, and how much was looked at. */
export interface ManifestReport {
  readonly findings: readonly Finding[];
  /** Objects of kOps's API. Other documents are passed over: a manifest may hold them too. */
  readonly objects: number;
  /** The clusters among them. */
  readonly clusters: GroupedObjects['clusters'];
}

/**
 * Everything that is wrong in manifests as kOps takes them: all files are seen as one set, as `kops create -f A -f B` sees
 * them. Never throws.
 */
export function validateManifests(
  files: readonly ManifestFile[],
  { kopsVersion, applied, rules = allRules }: ManifestOptions = {},
): ManifestReport {
  const manifests = files.map(({ file, text }) => readManifest(text, file));
  const objects = manifests
    .flatMap(({ documents }) => documents.map(kopsObjectOf))
    .filter((object) => object !== undefined);
  const { clusters, others } = groupObjects(objects);
  const context = { completed: false, kopsVersion, ...(applied === undefined ? {} : { applied }) };
  const findings = [
    ...manifests.flatMap(({ problems }) => problems.map(syntaxFinding)),
    ...objects.flatMap((object) => schemaFindings(object, isNewer(kopsVersion))),
    ...clusters.flatMap((set) => findingsOfSet({ ...context, ...set }, rules)),
    ...findingsOfSet({ ...context, cluster: undefined, instanceGroups: others.filter(isInstanceGroup) }, rules),
  ];
  return { findings: inOrder(withoutEchoes(findings)), objects: objects.length, clusters };
}

/** Whether a kOps may know fields that are not known here. */
export function isNewer(kopsVersion: KopsVersion | undefined): boolean {
  return kopsVersion !== undefined && (kopsVersion.major > 1 || kopsVersion.minor > schemaMinor);
}

/** A value of the wrong type counts as absent to other rules; what they say of it is no news. */
export function withoutEchoes(findings: readonly Finding[]): readonly Finding[] {
  const placeOf = ({ file, document, pointer }: Finding): string => JSON.stringify([file, document, pointer]);
  const mistyped = new Set(findings.filter(({ rule }) => rule === mistypedField.id).map(placeOf));
  return findings.filter((finding) => finding.rule === mistypedField.id || !mistyped.has(placeOf(finding)));
}

/** By file, then by place, then by rule. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort(
    (a, b) =>
      compareTexts(a.file, b.file) ||
      a.range.start.line - b.range.start.line ||
      a.range.start.column - b.range.start.column ||
      compareTexts(a.rule, b.rule),
  );
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function isInstanceGroup({ kind }: KopsObject): boolean {
  return kind === 'InstanceGroup';
}

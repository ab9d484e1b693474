import type { Finding } from './finding.ts';
import { findingsOfSet } from './findings-of-set.ts';
import type { KopsObject } from './kops-object.ts';
import { labelFindings } from './manifest/label-rules.ts';
import { objectFindings } from './manifest/object-rules.ts';
import { readManifest } from './manifest/read-manifest.ts';
import { syntaxFinding } from './manifest/syntax-rules.ts';
import { type GroupedObjects, groupObjects, itemsOf, kopsObjectOf } from './objects.ts';
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
  /** Whether they are to be given to kOps with `-f`, which needs labels that files of a store do without. @default false */
  readonly given?: boolean;
  /** The file `config` of a store, to whose cluster all instance groups belong. @default - their labels say to which */
  readonly config?: string;
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
  /** How many there are, of these clusters or of none. */
  readonly instanceGroups: number;
}

/**
 * Everything that is wrong in manifests as kOps takes them: all files are seen as one set, as `kops create -f A -f B` sees
 * them. Never throws.
 */
export function validateManifests(
  files: readonly ManifestFile[],
  { kopsVersion, applied, config, given = false, rules = allRules }: ManifestOptions = {},
): ManifestReport {
  const manifests = files.map(({ file, text }) => readManifest(text, file));
  const items = manifests.flatMap(({ documents }) => documents.flatMap(itemsOf));
  const objects = items.map(kopsObjectOf).filter((object) => object !== undefined);
  const { clusters, others } = groupObjects(objects, config);
  const newer = isNewer(kopsVersion);
  const context = { completed: false, kopsVersion, ...(applied === undefined ? {} : { applied }) };
  const findings = [
    ...manifests.flatMap(({ problems }) => problems.map(syntaxFinding)),
    ...items.flatMap(objectFindings),
    ...(given ? labelFindings(objects) : []),
    ...clusters.flatMap(({ cluster, instanceGroups }) =>
      [cluster, ...instanceGroups].flatMap((object) => schemaFindings(object, newer, cluster.name)),
    ),
    ...others.flatMap((object) => schemaFindings(object, newer)),
    ...clusters.flatMap((set) => findingsOfSet({ ...context, ...set }, rules)),
    ...findingsOfSet({ ...context, cluster: undefined, instanceGroups: others.filter(isInstanceGroup) }, rules),
  ];
  return {
    findings: inOrder(withoutEchoes(findings)),
    objects: objects.length,
    clusters,
    instanceGroups: objects.filter(isInstanceGroup).length,
  };
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

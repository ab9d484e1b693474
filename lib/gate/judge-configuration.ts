import { plainMessage } from '../findings/plain-message.ts';
import type { ConfigurationFile, ConfigurationTexts, Objection } from '../replication/gate.ts';
import { configurationFileFindings } from '../validation/configuration-files.ts';
import { type Finding, isOpen } from '../validation/finding.ts';
import type { KopsObject } from '../validation/kops-object.ts';
import { readManifest } from '../validation/manifest/read-manifest.ts';
import { maxManifestBytes } from '../validation/manifest/refusals.ts';
import { kopsObjectOf } from '../validation/objects.ts';
import { unknownField } from '../validation/schema/schema-rules.ts';
import { findingsOfStore } from '../validation/store/findings-of-store.ts';
import { configurationRules } from '../validation/store/rules/placement.ts';
import { type ManifestFile, validateManifests } from '../validation/validate-manifests.ts';
import { parseVersion } from '../validation/versions.ts';
import { applyWaivers, type Waiver } from '../validation/waivers.ts';

/** How many findings are told, and how long each may be, in characters. `statesync validate` tells all. */
const mostTold = 3;
const longest = 240;

/**
 * Judges a configuration by the rules of clusters and instance groups, and by whether it is that of this cluster; undefined where nothing is wrong with it.
 *
 * What kOps would refuse is an objection, unless a waiver accepts it. An unknown field never is: a kOps newer than the fields known here may have written it, and
 * kOps itself drops it.
 */
export function judgeConfiguration(
  texts: ConfigurationTexts,
  { waivers, now }: { readonly waivers: readonly Waiver[]; readonly now: Date },
): Objection | undefined {
  const findings = applyWaivers(findingsOf(texts, now), waivers, now).filter(
    (finding) => finding.severity === 'error' && finding.rule !== unknownField.id && isOpen(finding),
  );
  if (findings.length === 0) {
    return undefined;
  }
  const told = findings
    .slice(0, mostTold)
    .map(({ rule, file, message }) => `${rule} in ${file}: ${shortened(message)}`);
  const more = findings.length > mostTold ? `; and ${findings.length - mostTold} more` : '';
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  return { cluster: texts.cluster, rules, reason: `${told.join('; ')}${more}` };
}

function findingsOf(texts: ConfigurationTexts, now: Date): readonly Finding[] {
  const { applied, kopsVersion } = texts;
  const [config, groups] = [manifestOf(texts.config), texts.instanceGroups.map(manifestOf)];
  const before = applied && clusterIn(manifestOf(applied));
  const context = {
    kopsVersion: parseVersion(kopsVersion?.text ?? ''),
    ...(before === undefined ? {} : { applied: before }),
  };
  const cluster = clusterIn(config);
  const place = { storeUrl: '', prefix: directoryOf(texts), files: new Map(), texts: new Map(), others: [], now };
  const report = validateManifests([config, ...groups], { ...context, config: config.file });
  const instanceGroups = report.clusters.find((one) => one.cluster.document.file === config.file)?.instanceGroups ?? [];
  const set = { ...context, instanceGroups, completed: false, ...place };
  return [
    ...configurationFileFindings([config], 'Cluster'),
    ...configurationFileFindings(groups, 'InstanceGroup'),
    ...report.findings,
    ...(cluster === undefined ? [] : findingsOfStore({ ...set, cluster }, configurationRules)),
  ];
}

function directoryOf({ cluster }: ConfigurationTexts): string {
  return cluster === '' ? '' : `${cluster}/`;
}

function manifestOf({ key, text }: ConfigurationFile): ManifestFile {
  return { file: key, text: text ?? ' '.repeat(maxManifestBytes + 1) }; // Refused by its size.
}

function clusterIn({ file, text }: ManifestFile): KopsObject | undefined {
  const [object] = readManifest(text, file).documents.map(kopsObjectOf);
  return object?.kind === 'Cluster' ? object : undefined;
}

/** A message for a log, not too long. */
function shortened(message: string): string {
  const plain = plainMessage(message);
  return plain.length > longest ? `${plain.slice(0, longest)}…` : plain;
}

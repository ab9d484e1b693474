import { lostClustersIn } from '../kops/clusters.ts';
import { classify } from '../kops/layout.ts';
import { type Finding, isOpen } from '../validation/finding.ts';
import { countsOf } from '../validation/formats/json.ts';
import type { OtherCluster } from '../validation/rule.ts';
import { unknownField } from '../validation/schema/schema-rules.ts';
import { clusterConfigMissing, lostClusterFindings } from '../validation/store/lost-clusters.ts';
import { configurationRules } from '../validation/store/rules/placement.ts';
import { allStoreRules } from '../validation/store/store-rule-list.ts';
import { validateCluster } from '../validation/store/validate-cluster.ts';
import { applyWaivers, type Waiver } from '../validation/waivers.ts';
import type { Store } from '../vfs/store.ts';
import type { ObjectEntry } from '../vfs/types.ts';
import type { Found } from './next-record.ts';
import { recordedFindings } from './record.ts';

// Kept apart from the looks, so that a function that only looks starts without the rules.

/** A cluster to judge, and what is known beside it. */
export interface ClusterToJudge {
  readonly source: Store;
  readonly cluster: string;
  /** What has just been listed of it. */
  readonly entries: readonly ObjectEntry[];
  readonly others: readonly OtherCluster[];
  readonly waivers: readonly Waiver[];
  readonly now: Date;
}

/** Reads what was listed, each object that a rule asks for once, and judges it. Rejects with `VfsError`. */
export async function judgeCluster(
  { source, cluster, entries, others, waivers, now }: ClusterToJudge,
  signal: AbortSignal,
): Promise<Found> {
  const options = { signal, kopsVersion: undefined, now, clusters: others, listed: entries };
  const report = await validateCluster(source, `${cluster}/`, options);
  return foundIn(applyWaivers(report.findings, waivers, now));
}

/** Judges a cluster without `config` by what is left of it: none where it was deleted, an error where only its `config` was. */
export function judgeLostCluster({ source, cluster, entries, others, waivers, now }: ClusterToJudge): Found {
  const lost = lostClustersIn(entries.map(({ key }) => key)).filter(({ name }) => name === cluster);
  return foundIn(applyWaivers(lostClusterFindings(lost, source.url, others), waivers, now));
}

function foundIn(all: readonly Finding[]): Found {
  const findings = all.filter(isOpen);
  return {
    findings: recordedFindings(findings),
    counts: countsOf(all),
    isInvalid: findings.some(isOfConfiguration),
  };
}

/** What a gate does not go by: it is about what lies beside the configuration. */
const besides: ReadonlySet<string> = new Set([
  ...allStoreRules.filter((rule) => !configurationRules.includes(rule)).map(({ id }) => id),
  clusterConfigMissing.id,
  unknownField.id,
]);

/** Whether a gate would hold back the configuration for it: an error in what users write, and not in what lies beside it. */
function isOfConfiguration({ rule, severity, file }: Finding): boolean {
  const { class: objectClass } = classify(file);
  return severity === 'error' && !besides.has(rule) && (objectClass === 'config' || objectClass === 'instance-group');
}

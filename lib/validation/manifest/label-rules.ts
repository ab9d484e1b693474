import { didYouMean } from '../../config/nearest.ts';
import type { Finding } from '../finding.ts';
import { toFinding } from '../findings-of-set.ts';
import type { KopsObject } from '../kops-object.ts';
import { clusterLabelOf } from '../objects.ts';
import { notFound, required } from '../problem.ts';
import type { RuleText } from '../rule.ts';

/** kOps: `RunCreate` and `RunReplace` (cmd/kops/create.go, cmd/kops/replace.go). */
const labelMissing: RuleText = {
  id: 'CLUSTER-LABEL-MISSING',
  severity: 'error',
  title: 'An instance group or an SSH key of a manifest says to which cluster it belongs.',
  explanation:
    '`kops create -f` and `kops replace -f` go by the label `kops.k8s.io/cluster` alone, even where a cluster stands in the same file, and refuse what has none. Files of a state store need no label: they lie below their cluster.',
};

const labelUnknown: RuleText = {
  id: 'CLUSTER-LABEL-UNKNOWN',
  severity: 'warning',
  title: 'An instance group of a manifest belongs to a cluster that is there too.',
  explanation:
    'kOps looks for the cluster in its state store, and ends with `cluster "…" not found` if it is not there either. A mistyped name has the cluster judged without the group, and the group without the cluster. Where the cluster is in the store alone, validate its manifest with the others.',
};

/** Rules of the label by which objects of a manifest belong to a cluster. */
export const labelRules: readonly RuleText[] = [labelMissing, labelUnknown];

/** What is wrong with these labels, in manifests that are given to kOps with `-f`. */
export function labelFindings(objects: readonly KopsObject[]): readonly Finding[] {
  const clusters = objects.filter(({ kind }) => kind === 'Cluster').map(({ name }) => name);
  return objects
    .filter(({ kind }) => kind === 'InstanceGroup' || kind === 'SSHCredential')
    .flatMap((object) => {
      const label = clusterLabelOf(object);
      if (label.text === undefined) {
        const noun = object.kind === 'InstanceGroup' ? 'instanceGroup' : object.kind;
        const detail = `must specify "kops.k8s.io/cluster" label with cluster name to create ${noun}`;
        return toFinding(labelMissing, required(label, detail), undefined);
      }
      if (clusters.length === 0 || clusters.includes(label.text)) {
        return [];
      }
      const detail = `no Cluster of these manifests has that name${didYouMean(label.text, clusters)}`;
      return toFinding(labelUnknown, notFound(label, detail), undefined);
    });
}

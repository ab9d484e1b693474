import { cloudOf } from '../../cluster-facts.ts';
import { forbidden, type Problem, required } from '../../problem.ts';
import type { InstanceGroupRule } from '../../rule.ts';

/** kOps: `DeepValidate` (pkg/apis/kops/validation/legacy.go). */
export const volumesOnAws: InstanceGroupRule = {
  id: 'INSTANCE-GROUP-VOLUMES',
  on: 'instance-group',
  severity: 'error',
  title: 'Only on AWS has an instance group volumes of its own.',
  explanation: 'kOps makes additional volumes on AWS only. On other clouds, enlarge the root volume.',
  kops: ['8.2#64'],
  *check({ instanceGroup: { spec }, cluster }): Iterable<Problem> {
    const elsewhere = cluster !== undefined && cloudOf(cluster) !== 'aws';
    if (elsewhere && spec.at('volumes').items.length > 0) {
      yield forbidden(spec.at('volumes'), 'instancegroup volumes are only available with aws at present');
    }
  },
};

/** kOps: `gceValidateInstanceGroup` (pkg/apis/kops/validation/gce.go), as soon as it speaks to the cloud. */
export const zonesOnGce: InstanceGroupRule = {
  id: 'INSTANCE-GROUP-ZONES',
  on: 'instance-group',
  severity: 'error',
  title: 'On GCE every instance group says its zones.',
  explanation: 'Subnets of GCE belong to a region, so the zones of the machines are said by their instance group.',
  kops: ['8.2#63'],
  *check({ instanceGroup: { spec }, cluster }): Iterable<Problem> {
    if (cluster !== undefined && cloudOf(cluster) === 'gce' && spec.at('zones').items.length === 0) {
      yield required(spec.at('zones'), 'zones should be specified');
    }
  },
};

import { cloudOf } from '../../cluster-facts.ts';
import type { KopsObject } from '../../kops-object.ts';
import type { Node } from '../../node.ts';
import { forbidden, invalid, type Problem } from '../../problem.ts';
import type { InstanceGroupRule } from '../../rule.ts';
import { isAtLeast } from '../../versions.ts';

/** kOps: `validateKarpenterInstanceGroup` (pkg/apis/kops/validation/instancegroup.go), since 1.36. */
export const karpenterGroups: InstanceGroupRule = {
  id: 'INSTANCE-GROUP-KARPENTER',
  on: 'instance-group',
  severity: 'error',
  title: 'Karpenter manages workers on AWS, with sizes and an image that it can take.',
  explanation:
    'Karpenter makes machines as they are needed: `minSize` keeps that many at any time, and takes the feature gate StaticCapacity; leave it out for none. An image is an id, a name, a name with its owner before it, or `ssm:` with a parameter.',
  kops: ['8.7/28'],
  *check({ instanceGroup: { spec }, cluster, kopsVersion }): Iterable<Problem> {
    const isOlder = kopsVersion !== undefined && !isAtLeast(kopsVersion, 1, 36);
    if (cluster === undefined || isOlder || spec.at('manager').text !== 'Karpenter') {
      return;
    }
    if (cloudOf(cluster) !== 'aws') {
      yield forbidden(spec.at('manager'), 'Karpenter InstanceGroups are only supported on AWS');
    }
    if (spec.at('role').text !== 'Node') {
      yield forbidden(spec.at('role'), 'Karpenter InstanceGroups must have role Node');
    }
    const maxSize = spec.at('maxSize');
    if (maxSize.number !== undefined && maxSize.number <= 0) {
      yield invalid(maxSize, 'must be greater than zero');
    }
    yield* imageProblems(spec.at('image'));
    yield* staticCapacity(spec.at('minSize'), cluster);
  },
};

function* imageProblems(node: Node): Iterable<Problem> {
  const image = node.text?.trim() ?? '';
  const [owner, name] = [image.split('/')[0], image.split('/').slice(1).join('/')];
  const isId = !image.includes('://') && image.startsWith('ami-');
  const isParameter = !image.includes('://') && image.startsWith('ssm:');
  if (isParameter && image === 'ssm:') {
    yield invalid(node, 'ssm image parameter is required', { value: image });
  }
  const isUnfit = image.includes('://') || (image.includes('/') && (owner === '' || name === ''));
  if (!isId && !isParameter && isUnfit) {
    yield invalid(node, 'must be ami-*, ssm:<parameter>, <name>, or <owner>/<name>', { value: image });
  }
}

function* staticCapacity(node: Node, cluster: KopsObject): Iterable<Problem> {
  if (node.number === undefined) {
    return;
  }
  if (node.number <= 0) {
    yield invalid(node, 'must be greater than zero for static capacity');
  } else if (!hasStaticCapacity(cluster.spec.at('karpenter', 'featureGates').text)) {
    yield forbidden(node, 'static capacity requires StaticCapacity=true in cluster.spec.karpenter.featureGates');
  }
}

/** On where no feature gate is given; the last entry of the name counts. */
function hasStaticCapacity(featureGates: string | undefined): boolean {
  const values = featureGates?.split(',').flatMap((entry) => /^\s*StaticCapacity\s*=(.*)/.exec(entry)?.[1] ?? []);
  return values === undefined || values.at(-1)?.trim().toLowerCase() === 'true';
}

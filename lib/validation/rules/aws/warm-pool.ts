import { cloudOf } from '../../cluster-facts.ts';
import type { KopsObject } from '../../kops-object.ts';
import type { Node } from '../../node.ts';
import { forbidden, invalid, type Problem } from '../../problem.ts';
import type { ClusterRule, InstanceGroupRule } from '../../rule.ts';

interface Sizes {
  readonly min: number;
  readonly max: number | undefined;
}

/** kOps: `validateWarmPool` (pkg/apis/kops/validation/validation.go), which looks at the images only beside a good `maxSize`. */
export const warmPool: ClusterRule = {
  id: 'WARM-POOL',
  on: 'cluster',
  severity: 'error',
  title: 'The warm pools of a cluster have sizes that can be, and no images of their own.',
  explanation:
    'What a cluster says of warm pools holds for all its instance groups. Images to be pulled beforehand are named in each instance group.',
  kops: ['8.7/10'],
  *check({ cluster }): Iterable<Problem> {
    const pool = cluster.spec.at('cloudProvider', 'aws', 'warmPool');
    const sizes = sizesOf(pool);
    const crossed = [...crossedSizes(pool, sizes)];
    yield* crossed;
    const images = pool.at('additionalImages');
    if (sizes.max !== undefined && crossed.length === 0 && images.items.length > 0) {
      yield forbidden(images, 'warm pool additional images can only be set in the instance group spec');
    }
    yield* negativeMinimum(pool, sizes);
  },
};

/** kOps: `CrossValidateInstanceGroup` (pkg/apis/kops/validation/instancegroup.go). */
export const instanceGroupWarmPool: InstanceGroupRule = {
  id: 'INSTANCE-GROUP-WARM-POOL',
  on: 'instance-group',
  severity: 'error',
  title: 'Warm pools belong to workers and API servers that are no spot instances, with sizes that can be.',
  explanation:
    'A warm pool holds machines that are stopped, which AWS has not for spot instances. Where the cluster gives every instance group one, switch it off with `warmPool: { maxSize: 0 }` where it cannot be.',
  kops: ['8.7/10'],
  *check({ instanceGroup, cluster }): Iterable<Problem> {
    if (cluster === undefined || cloudOf(cluster) !== 'aws') {
      return;
    }
    const { spec } = instanceGroup;
    const pool = spec.at('warmPool');
    const sizes = resolvedSizes(instanceGroup, cluster);
    if (sizes.max !== 0) {
      if (!['Node', 'APIServer'].includes(spec.at('role').text ?? '')) {
        yield forbidden(pool, 'warm pool only allowed on instance groups with role Node or APIServer');
      }
      if (spec.at('maxPrice').present) {
        yield forbidden(pool, 'warm pool cannot be used with spot instances');
      }
    }
    yield* crossedSizes(pool, sizes);
    yield* negativeMinimum(pool, sizes);
  },
};

/** kOps: `WarmPoolSpec.ResolveDefaults` (pkg/apis/kops/cluster.go). */
function resolvedSizes({ spec }: KopsObject, cluster: KopsObject): Sizes {
  const [own, general] = [spec.at('warmPool'), cluster.spec.at('cloudProvider', 'aws', 'warmPool')];
  const isGeneral = general.present && !['ControlPlane', 'Bastion'].includes(spec.at('role').text ?? '');
  if (!own.present) {
    return isGeneral ? sizesOf(general) : { min: 0, max: 0 };
  }
  const sizes = sizesOf(own);
  return isGeneral
    ? { min: sizes.min === 0 ? sizesOf(general).min : sizes.min, max: sizes.max ?? sizesOf(general).max }
    : sizes;
}

function sizesOf(pool: Node): Sizes {
  return { min: pool.at('minSize').number ?? 0, max: pool.at('maxSize').number };
}

function* crossedSizes(pool: Node, { min, max }: Sizes): Iterable<Problem> {
  const node = pool.at('maxSize');
  if (max !== undefined && max < 0) {
    yield invalid(node, 'warm pool maxSize cannot be negative', { value: max });
  } else if (max !== undefined && min > max) {
    yield invalid(node, 'warm pool maxSize cannot be set to lower than minSize', { value: max });
  }
}

function* negativeMinimum(pool: Node, { min }: Sizes): Iterable<Problem> {
  if (min < 0) {
    yield invalid(pool.at('minSize'), 'warm pool minSize cannot be negative', { value: min });
  }
}

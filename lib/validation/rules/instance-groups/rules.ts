import type { Rule } from '../../rule.ts';
import { volumesOnAws, zonesOnGce } from './cloud.ts';
import { controlPlaneHasMember, memberHasControlPlane } from './etcd-member.ts';
import { instanceGroupImage } from './image.ts';
import { instanceGroupName, instanceGroupNamesDiffer } from './name.ts';
import { instanceGroupRole } from './role.ts';
import { controlPlaneSize, instanceGroupSize } from './size.ts';
import { instanceGroupSubnets } from './subnets.ts';
import { instanceGroupKinds } from './whole-set.ts';

/** The rules of instance groups, and of what a cluster and its instance groups say of each other. */
export const instanceGroupRules: readonly Rule[] = [
  instanceGroupName,
  instanceGroupNamesDiffer,
  instanceGroupRole,
  instanceGroupKinds,
  controlPlaneSize,
  instanceGroupSize,
  instanceGroupImage,
  instanceGroupSubnets,
  controlPlaneHasMember,
  memberHasControlPlane,
  volumesOnAws,
  zonesOnGce,
];

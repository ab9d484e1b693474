import type { Rule } from '../../rule.ts';
import { externalLoadBalancers, instanceProfile } from './arns.ts';
import { volumesOnAws, zonesOnGce } from './cloud.ts';
import { rootVolume, volumes } from './disks.ts';
import { controlPlaneHasMember, memberHasControlPlane } from './etcd-member.ts';
import { instanceGroupImage } from './image.ts';
import { karpenterGroups } from './karpenter.ts';
import { instanceGroupLabels, taints } from './labels-and-taints.ts';
import { machineOptions } from './machine-options.ts';
import { mixedInstances } from './mixed-instances.ts';
import { instanceGroupName, instanceGroupNamesDiffer } from './name.ts';
import { labelSyntax, taintEffects } from './node-syntax.ts';
import { instanceGroupRole } from './role.ts';
import { controlPlaneSize, instanceGroupSize } from './size.ts';
import { instanceGroupSubnets } from './subnets.ts';
import { additionalUserData } from './user-data.ts';
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
  rootVolume,
  volumes,
  machineOptions,
  mixedInstances,
  karpenterGroups,
  instanceGroupLabels,
  labelSyntax,
  taints,
  taintEffects,
  additionalUserData,
  instanceProfile,
  externalLoadBalancers,
];

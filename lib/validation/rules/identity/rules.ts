import type { Rule } from '../../rule.ts';
import { cloudProvider } from './cloud-provider.ts';
import { clusterName } from './cluster-name.ts';
import { kubernetesPatch } from './kubernetes-patch.ts';
import { kubernetesDeprecated, kubernetesTooNew, kubernetesTooOld, kubernetesUnusual } from './kubernetes-support.ts';
import { kubernetesVersion } from './kubernetes-version.ts';
import { linodeName } from './linode-name.ts';

/** The rules of what a cluster is. */
export const identityRules: readonly Rule[] = [
  clusterName,
  linodeName,
  kubernetesVersion,
  kubernetesPatch,
  kubernetesTooNew,
  kubernetesTooOld,
  kubernetesDeprecated,
  kubernetesUnusual,
  cloudProvider,
];

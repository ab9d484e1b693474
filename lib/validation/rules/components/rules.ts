import type { Rule } from '../../rule.ts';
import { apiServer } from './api-server.ts';
import { apiServerAuthorization } from './api-server-authorization.ts';
import { needsCertManager } from './cert-manager.ts';
import { componentCloudProvider } from './cloud-provider.ts';
import { clusterAutoscaler } from './cluster-autoscaler.ts';
import { componentsComplete } from './completed.ts';
import { containerRuntime, nodeAuthorization } from './container-runtime.ts';
import { containerd, containerdRuntimes } from './containerd.ts';
import { controllerManagerNetwork, controlPlaneRemovedFields } from './controller-manager.ts';
import { dnsAddresses } from './dns.ts';
import { externalDns } from './external-dns.ts';
import { iamLegacy, karpenterPermissions, serviceAccountPermissions } from './iam.ts';
import { kubeProxy } from './kube-proxy.ts';
import { kubeletFields, kubeletRemovedFields } from './kubelet.ts';
import { kubeletDns } from './kubelet-dns.ts';
import { clusterFiles, clusterHooks, instanceGroupFiles, instanceGroupHooks } from './machine-setup.ts';
import { policies } from './policies.ts';
import { clusterRollingUpdate, instanceGroupRollingUpdate } from './rolling-update.ts';
import { storageClasses } from './storage-classes.ts';

/** The rules of the components of Kubernetes, of add-ons, and of how machines are set up. */
export const componentRules: readonly Rule[] = [
  componentsComplete,
  componentCloudProvider,
  apiServer,
  apiServerAuthorization,
  controllerManagerNetwork,
  controlPlaneRemovedFields,
  kubeletRemovedFields,
  kubeletFields,
  kubeletDns,
  kubeProxy,
  dnsAddresses,
  externalDns,
  containerRuntime,
  containerd,
  containerdRuntimes,
  nodeAuthorization,
  clusterAutoscaler,
  needsCertManager,
  iamLegacy,
  serviceAccountPermissions,
  policies,
  karpenterPermissions,
  storageClasses,
  clusterHooks,
  instanceGroupHooks,
  clusterFiles,
  instanceGroupFiles,
  clusterRollingUpdate,
  instanceGroupRollingUpdate,
];

import { type Cloud, cloudOf } from '../../cluster-facts.ts';
import { forbidden, type Problem } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';
import { isAtLeast, kubernetesVersionOf } from '../../versions.ts';

/** What Kubernetes called the clouds that it once knew by itself. */
const builtIn: ReadonlyMap<Cloud | undefined, string> = new Map([
  ['aws', 'aws'],
  ['gce', 'gce'],
  ['openstack', 'openstack'],
  ['azure', 'azure'],
]);

/** kOps: `ValidateCluster` (pkg/apis/kops/validation/legacy.go). */
export const componentCloudProvider: ClusterRule = {
  id: 'COMPONENT-CLOUD-PROVIDER',
  on: 'cluster',
  severity: 'error',
  title: 'Components name the cloud of the cluster, or `external`.',
  explanation:
    'kOps fills the field in; a component that believes in another cloud finds none of its machines. Leave `cloudProvider` of the components out.',
  kops: ['8.6/8'],
  *check({ cluster, completed }): Iterable<Problem> {
    const cloud = cloudOf(cluster);
    if (cloud === undefined || cloud === 'metal') {
      return;
    }
    const version = kubernetesVersionOf(cluster.spec);
    const ofApiServer = version !== undefined && !isAtLeast(version, 1, 33) ? ['kubeAPIServer'] : [];
    for (const name of ['kubelet', 'controlPlaneKubelet', ...ofApiServer, 'kubeControllerManager']) {
      const component = cluster.spec.at(name);
      const provider = component.at('cloudProvider');
      const judged = component.present && (completed || provider.text !== undefined);
      if (judged && provider.text !== 'external' && (provider.text ?? '') !== builtIn.get(cloud)) {
        yield forbidden(provider, 'Did not match cluster cloudProvider');
      }
    }
  },
};

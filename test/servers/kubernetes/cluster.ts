import { randomUUID } from 'node:crypto';
import { CoreV1Api, KubeConfig, VersionApi } from '@kubernetes/client-node';
import type { StoreDefinition } from '../../../lib/vfs/store-definition.ts';

/** The variable by which a user names a kubeconfig, whose current context may make and remove namespaces. */
export const kubeconfigVariable = 'STATESYNC_TEST_KUBECONFIG';

/** A cluster that the environment names, and a namespace of it that is ours. */
export interface NamedCluster {
  /** A plain client, which shares nothing with the driver but its library. */
  readonly api: CoreV1Api;
  readonly version: string;
  readonly namespace: string;
  readonly definition: StoreDefinition;
  /** Removes the namespace, and everything in it. */
  clear(): Promise<void>;
}

/** Asks the cluster for its version, such as `v1.34.1`. */
export async function versionOf(kubeconfig: string): Promise<string> {
  const { gitVersion } = await configOf(kubeconfig).makeApiClient(VersionApi).getCode();
  return gitVersion;
}

/** Makes a new namespace. */
export async function newNamespace(kubeconfig: string): Promise<NamedCluster> {
  const api = configOf(kubeconfig).makeApiClient(CoreV1Api);
  const namespace = `statesync-test-${randomUUID()}`;
  await api.createNamespace({ body: { metadata: { name: namespace } } });
  return {
    api,
    version: await versionOf(kubeconfig),
    namespace,
    definition: { url: `k8s:///${namespace}`, credentials: { kubeconfig } },
    clear: async () => {
      await api.deleteCollectionNamespacedSecret({ namespace }); // Without a controller manager, a namespace is never emptied.
      await api.deleteNamespace({ name: namespace });
    },
  };
}

function configOf(kubeconfig: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return config;
}

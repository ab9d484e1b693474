import type { Capabilities } from '../capabilities.ts';
import type { Environment } from '../environment.ts';
import { VfsError } from '../errors.ts';
import { credentialsOf } from '../store-credentials.ts';
import type { KubernetesCredentials, StoreDefinition } from '../store-definition.ts';
import { formatStoreUrl, parseStoreUrl } from '../store-url.ts';
import { type AccessOptions, serviceAccountDirectory } from './access.ts';
import { kubernetesCapabilities } from './capabilities.ts';

/** All that is decided about a store before the first request. */
export interface KubernetesSettings extends AccessOptions {
  /** `k8s://context/namespace`, as it was named. */
  readonly url: string;
  /** Undefined: the current one of the kubeconfig, or the service account of the pod. */
  readonly context: string | undefined;
  /** Undefined: the context's, else the pod's, else `default`. */
  readonly namespace: string | undefined;
  /** Undefined: found in the environment. */
  readonly credentials: KubernetesCredentials | undefined;
  readonly capabilities: Capabilities;
}

/** A DNS label (RFC 1123), as namespaces are named. */
const namespacePattern = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/**
 * Decides everything about a store from its definition and the environment: `k8s://[context]/[namespace]`. A context that holds a `/`, as those of
 * Amazon EKS do, is written with `%2F`.
 *
 * Throws `InvalidArgument` for what no namespace can be, and for a context that the pod's service account would have to know.
 */
export function kubernetesSettings(
  definition: StoreDefinition,
  environment: Environment,
  serviceAccount: string = serviceAccountDirectory,
): KubernetesSettings {
  const { root } = parseStoreUrl(definition.url);
  const url = formatStoreUrl({ scheme: 'k8s', root, prefix: '' });
  const [context, namespace] = root.split('/').map((segment) => decode(segment, url));
  const credentials = credentialsOf<KubernetesCredentials>(definition, ['kubeconfig', 'inCluster']);
  if (namespace !== undefined && namespace !== '' && !namespacePattern.test(namespace)) {
    const reason = `${JSON.stringify(namespace)} is no namespace: lower-case letters, digits and "-", at most 63`;
    throw invalid(url, reason);
  }
  if (credentials !== undefined && 'inCluster' in credentials && context) {
    throw invalid(
      url,
      'the service account of a pod knows no contexts; leave the context out: k8s:///NAMESPACE/PREFIX',
    );
  }
  return {
    url,
    context: context || undefined,
    namespace: namespace || undefined,
    credentials,
    capabilities: kubernetesCapabilities(definition.capabilities),
    environment,
    serviceAccount,
  };
}

function decode(segment: string, url: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw invalid(url, 'a "%" begins no escape; write %25 for the sign itself');
  }
}

function invalid(target: string, reason: string): VfsError {
  return new VfsError({ code: 'InvalidArgument', operation: 'open', target, reason });
}

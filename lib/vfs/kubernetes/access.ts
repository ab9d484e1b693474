import type { Environment } from '../environment.ts';
import type { Fields } from './kubeconfig-files.ts';

/** How to reach an API server, and as whom. */
export interface Access {
  /** `https://host[:port][/path]`. */
  readonly server: string;
  /** Fields of the cluster and of the user, as a kubeconfig names them. */
  readonly cluster: Fields;
  readonly user: Fields;
  /** The file of a token that is read for each request, since it is renewed in place. */
  readonly tokenFile?: string;
  /** Where nothing else names a namespace. */
  readonly namespace: string | undefined;
}

/** The directory in which a pod finds its service account ("Accessing the Kubernetes API from a Pod"). */
export const serviceAccountDirectory = '/var/run/secrets/kubernetes.io/serviceaccount';

/** What access is found out from. */
export interface AccessOptions {
  readonly environment: Environment;
  /** Where a pod's service account lies. */
  readonly serviceAccount: string;
}

import type { Capabilities } from './capabilities.ts';

/** Where a secret is found; never the secret itself. */
export type SecretReference =
  /** The name of an environment variable. */
  | { readonly env: string }
  /** The path of a file that holds nothing else; white space around it is dropped. */
  | { readonly file: string };

/** How to sign in at S3. */
export type S3Credentials =
  /** A profile of the shared AWS configuration files. */
  | { readonly profile: string }
  /** A role to assume with the credentials of the default chain. */
  | { readonly role: string; readonly externalId?: string }
  /** Keys, by reference. */
  | {
      readonly accessKeyId: SecretReference;
      readonly secretAccessKey: SecretReference;
      readonly sessionToken?: SecretReference;
    };

/** How to sign in at Google Cloud Storage. Left out: application default credentials. */
export type GcsCredentials =
  /**
   * The path of a JSON file that Google's libraries read: a service account's key, an external account
   * (workload identity federation), or an authorized user.
   */
  | { readonly credentialsFile: string }
  /** Workload identity federation from AWS: no key anywhere; the function's own AWS credentials are exchanged. */
  | { readonly workloadIdentity: WorkloadIdentity };

/** A provider of a workload identity pool that trusts an AWS account, and the service account to act as. */
export interface WorkloadIdentity {
  /** `//iam.googleapis.com/projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER`. */
  readonly audience: string;
  /** `name@project.iam.gserviceaccount.com`; left out: the federated identity itself. */
  readonly serviceAccount?: string;
}

/** How to sign in at Keystone. Left out: the `OS_*` variables, then the files that kOps reads. */
export type SwiftCredentials =
  /** An entry of `clouds.yaml`. */
  | { readonly cloud: string }
  /** An application credential. */
  | {
      readonly authUrl: string;
      readonly applicationCredentialId: string;
      readonly applicationCredentialSecret: SecretReference;
    }
  /** A user and a password, scoped to a project. */
  | {
      readonly authUrl: string;
      readonly username: string;
      readonly userDomain: string;
      readonly password: SecretReference;
      readonly project: string;
      readonly projectDomain: string;
    };

/** How to sign in at Alibaba Cloud. Left out: `ALIYUN_ACCESS_KEY_ID` and `ALIYUN_ACCESS_KEY_SECRET`, then the RAM role of the machine. */
export type OssCredentials =
  | {
      readonly accessKeyId: SecretReference;
      readonly accessKeySecret: SecretReference;
      readonly securityToken?: SecretReference;
    }
  /** The RAM role of the machine or function that this runs on. */
  | { readonly ramRole: string };

/** How to sign in at Vault. Left out: `VAULT_TOKEN`, then AWS IAM with the default chain, as kOps did. */
export type VaultCredentials =
  | { readonly token: SecretReference }
  /** AWS IAM login: the Vault role, empty for the one named like the IAM principal; where the method is mounted. */
  | { readonly awsRole: string; readonly authMount?: string; readonly serverId?: string };

/** How to reach a Kubernetes API server. Left out: `KUBECONFIG`, `~/.kube/config`, then the service account of the pod. */
export type KubernetesCredentials =
  /** The path of a kubeconfig. */
  | { readonly kubeconfig: string }
  /** The service account of the pod. */
  | { readonly inCluster: true };

/** How to sign in at Azure. Left out: `DefaultAzureCredential`. */
export type AzureCredentials =
  | { readonly tenantId: string; readonly clientId: string; readonly clientSecret: SecretReference }
  /** The managed identity with this client id. */
  | { readonly managedIdentity: string }
  /** A shared key of the storage account. */
  | { readonly accountKey: SecretReference };

/** How to sign in; which of them a store takes follows from the scheme of its URL. */
export type StoreCredentials =
  | S3Credentials
  | GcsCredentials
  | SwiftCredentials
  | OssCredentials
  | VaultCredentials
  | KubernetesCredentials
  | AzureCredentials;

/** A store, as a bare URL or an entry of the configuration file names it. What it says wins over the environment. */
export interface StoreDefinition {
  /** `s3://bucket/prefix`, `file:///path`, `memfs://name/prefix`: see `parseStoreUrl`. */
  readonly url: string;
  /** Of a bucket (S3, its flavours, OSS), of the service in the catalogue (Swift), or of the AWS token service to sign in with (Vault). */
  readonly region?: string;
  /** `https://host[:port]`: where the service is reached, when it is not the vendor's own address. Swift, Azure: also with the path of an account. */
  readonly endpoint?: string;
  /** S3, its flavours, Azure: bucket or account in the path instead of the host name. @default true where an endpoint of S3 is set */
  readonly pathStyle?: boolean;
  /**
   * S3: twelve-digit id of the AWS account that must own the bucket; every request then fails on another owner's bucket.
   */
  readonly account?: string;
  /** Vault: the namespace. @default VAULT_NAMESPACE */
  readonly namespace?: string;
  /** Vault, Swift, Azure: the path of a file with the certificates to trust. @default VAULT_CACERT, OS_CACERT */
  readonly caCert?: string;
  readonly credentials?: StoreCredentials;
  /** What a probe found the store not to honour; switches those capabilities off. */
  readonly capabilities?: Partial<Capabilities>;
}

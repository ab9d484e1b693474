import { azureCapabilities } from '../lib/vfs/azure/capabilities.ts';
import type { Capabilities } from '../lib/vfs/capabilities.ts';
import { fileCapabilities } from '../lib/vfs/file/capabilities.ts';
import { gcsCapabilities } from '../lib/vfs/gcs/capabilities.ts';
import { kubernetesCapabilities } from '../lib/vfs/kubernetes/capabilities.ts';
import { memoryCapabilities } from '../lib/vfs/memory/capabilities.ts';
import { ossCapabilities } from '../lib/vfs/oss/capabilities.ts';
import { s3Capabilities } from '../lib/vfs/s3/capabilities.ts';
import { swiftCapabilities } from '../lib/vfs/swift/capabilities.ts';
import { vaultCapabilities } from '../lib/vfs/vault/capabilities.ts';

/** What the page of stores says of one kind of store. */
export interface StoreColumn {
  readonly title: string;
  readonly what: string;
  readonly capabilities: Capabilities;
  /** Where credentials come from, in order. */
  readonly credentials: string;
  /** How user metadata and content headers are kept. */
  readonly metadata: string;
}

const encodedWords = 'values that HTTP would change as `=?utf-8?b?…?=`';

/** Every kind of store, in the order of the page. */
export const storeColumns: readonly StoreColumn[] = [
  {
    title: '`s3://`, Amazon S3',
    what: 'a bucket of Amazon S3',
    capabilities: s3Capabilities(true),
    credentials:
      "the `credentials` of the store's entry: profile, role with external id, keys; else the AWS SDK's default chain",
    metadata: `\`x-amz-meta-*\`; ${encodedWords}`,
  },
  {
    title: '`s3://`, compatible',
    what: 'a bucket at `S3_ENDPOINT`, or at the `endpoint` of its entry',
    capabilities: s3Capabilities(false),
    credentials: "the `credentials` of the store's entry; else `S3_ACCESS_KEY_ID` and `S3_SECRET_ACCESS_KEY`",
    metadata: `\`x-amz-meta-*\`; ${encodedWords}`,
  },
  {
    title: '`do://` `linode://` `hos://` `scw://`',
    what: 'a bucket of DigitalOcean, Linode, Hetzner or Scaleway, at `S3_ENDPOINT` or the `endpoint` of its entry',
    capabilities: s3Capabilities(false),
    credentials: 'as for a compatible store',
    metadata: `\`x-amz-meta-*\`; ${encodedWords}`,
  },
  {
    title: '`gs://`',
    what: 'a bucket of Google Cloud Storage; object ACLs are never sent',
    capabilities: gcsCapabilities(),
    credentials:
      "the `credentials` of the store's entry: `credentialsFile`, or `workloadIdentity` from AWS; else application default credentials: `GOOGLE_APPLICATION_CREDENTIALS`, gcloud's file, the metadata server",
    metadata: 'as it is, any Unicode',
  },
  {
    title: '`azureblob://`',
    what: 'a container of Azure Blob Storage: `azureblob://account/container/prefix`',
    capabilities: azureCapabilities(),
    credentials:
      "the `credentials` of the store's entry: client secret, managed identity, account key; else what `DefaultAzureCredential` tries, narrowed by `AZURE_TOKEN_CREDENTIALS`",
    metadata: `names as C# identifiers, other signs as \`_\` and hexadecimal digits; ${encodedWords}`,
  },
  {
    title: '`swift://`',
    what: 'a container of OpenStack Swift, through Keystone v3; a conditional create looks only when it begins',
    capabilities: swiftCapabilities(),
    credentials:
      "the `credentials` of the store's entry; else the `OS_*` variables where they are complete, `OS_CLOUD` in `clouds.yaml`, `OPENSTACK_CREDENTIAL_FILE` or `~/.openstack/config`",
    metadata: '`X-Object-Meta-*`, encoded where Swift would change it',
  },
  {
    title: '`oss://`',
    what: 'a bucket of Alibaba Cloud OSS; with versions it creates unconditionally, as `store probe` finds',
    capabilities: ossCapabilities(),
    credentials:
      "the `credentials` of the store's entry: keys with optional token, RAM role; else `ALIYUN_ACCESS_KEY_ID` and `ALIYUN_ACCESS_KEY_SECRET`; else the `ALIBABA_CLOUD_…` keys of a function; else the RAM role of the machine",
    metadata: `\`x-oss-meta-*\`, other names in hexadecimal digits; ${encodedWords}`,
  },
  {
    title: '`vault://`',
    what: 'a KV v2 mount of HashiCorp Vault or OpenBao, in the value format of kOps 1.19–1.25',
    capabilities: vaultCapabilities(),
    credentials:
      "the `credentials` of the store's entry: token, AWS role; else `VAULT_TOKEN`; else AWS IAM login at `auth/aws`",
    metadata: 'fields of the secret beside `file`, any Unicode',
  },
  {
    title: '`k8s://`',
    what: 'Secrets of a namespace of a Kubernetes API server, one an object',
    capabilities: kubernetesCapabilities(),
    credentials:
      "the `credentials` of the store's entry; else `KUBECONFIG`, `~/.kube/config`, the service account of the pod",
    metadata: 'an annotation in JSON, any Unicode',
  },
  {
    title: '`file://`',
    what: 'a directory, for working copies and small sites',
    capabilities: fileCapabilities,
    credentials: 'those of the user who runs it',
    metadata: 'a file beside it under `.statesync/`, any Unicode',
  },
  {
    title: '`memfs://`',
    what: 'the memory of one process, for tests and dry runs',
    capabilities: memoryCapabilities,
    credentials: 'none',
    metadata: 'as it is',
  },
];

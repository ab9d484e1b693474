import { PutObjectCommand } from '@aws-sdk/client-s3';
import { workingDirectory } from '../../cli/working-directory.ts';
import type { StorePlace } from '../../support/store-place.ts';
import { startAzurePlace } from '../../vfs/azure/place.ts';
import { startGcsPlace } from '../../vfs/gcs/place.ts';
import { startKubernetesPlace } from '../../vfs/kubernetes/place.ts';
import { startOssPlace } from '../../vfs/oss/place.ts';
import { startLocalCloud } from '../../vfs/s3/local-cloud.ts';
import { startSwiftPlace } from '../../vfs/swift/place.ts';
import { startVaultPlace } from '../../vfs/vault/place.ts';

/** Every kind of store, behind a server on loopback where it has one. Each start gives a new, empty store. */
export const startPlace = {
  s3: startS3Place,
  do: startDigitalOceanPlace,
  gs: startGcsPlace,
  swift: startSwiftPlace,
  oss: startOssPlace,
  vault: startVaultPlace,
  k8s: startKubernetesPlace,
  azureblob: startAzurePlace,
  file: startFilePlace,
} as const satisfies Readonly<Record<string, () => Promise<StorePlace>>>;

export type PlaceName = keyof typeof startPlace;

async function startS3Place(): Promise<StorePlace> {
  return s3Place('s3', (endpoint) => ({ AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'us-east-1' }), 'AWS_');
}

async function startDigitalOceanPlace(): Promise<StorePlace> {
  return s3Place('do', (endpoint) => ({ S3_ENDPOINT: endpoint, S3_REGION: 'us-east-1' }), 'S3_');
}

async function s3Place(
  name: 's3' | 'do',
  environmentAt: (endpoint: string) => Readonly<Record<string, string>>,
  keyPrefix: string,
): Promise<StorePlace> {
  const cloud = await startLocalCloud();
  await cloud.createBucket('place');
  await cloud.admin.send(new PutObjectCommand({ Bucket: 'place', Key: 'marker/', ContentLength: 0 })); // As consoles leave behind.
  cloud.admin.destroy(); // Its connection is not the store's.
  const { accessKeyId, secretAccessKey } = cloud.owner;
  return {
    name,
    definition: { url: `${name}://place/state` },
    environment: {
      ...environmentAt(cloud.endpoint),
      [`${keyPrefix}ACCESS_KEY_ID`]: accessKeyId,
      [`${keyPrefix}SECRET_ACCESS_KEY`]: secretAccessKey,
    },
    secrets: [secretAccessKey],
    openConnections: () => cloud.s3.openConnections,
    requests: () => cloud.s3.requests.snapshot(),
    close: () => cloud.close(),
  };
}

async function startFilePlace(): Promise<StorePlace> {
  const root = await workingDirectory();
  return {
    name: 'file',
    definition: { url: `file://${root}` },
    environment: {},
    secrets: [],
    openConnections: () => 0,
    requests: () => ({}),
    close: async () => {},
  };
}

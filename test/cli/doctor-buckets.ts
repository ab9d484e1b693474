import {
  CreateBucketCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type Identity, IdentityRegistry } from '../../lib/local-cloud/identity.ts';
import { LocalS3 } from '../../lib/local-cloud/s3/server.ts';
import { type PolicyStatement, policyOf } from '../../lib/policy/policy-document.ts';
import { createFastClock } from '../support/clock.ts';
import { statesync as run } from './run-cli.ts';

const config = `apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata:
  name: c.example.com
spec:
  cloudProvider: aws
  kubernetesVersion: 1.34.0
  subnets:
  - name: a
    type: Public
    zone: eu-west-1a
  networking:
    cilium: {}
  etcdClusters:
  - name: main
    etcdMembers:
    - name: a
      instanceGroup: control-plane-a
`;
const group = (name: string, role: string) =>
  `apiVersion: kops.k8s.io/v1alpha2\nkind: InstanceGroup\nmetadata:\n  labels:\n    kops.k8s.io/cluster: c.example.com\n  name: ${name}\nspec:\n  role: ${role}\n  subnets:\n  - a\n`;
/** A cluster that is well. */
export const clusterObjects = {
  'c.example.com/config': config,
  'c.example.com/instancegroup/control-plane-a': group('control-plane-a', 'Master'),
  'c.example.com/instancegroup/nodes': group('nodes', 'Node'),
};

/** The file that etcd-manager knows an etcd cluster by. */
const marker = 'c.example.com/backups/etcd/main/control/etcd-cluster-created';

/** Runs the program; nobody waits between attempts. */
export const statesync: typeof run = (argv, surroundings = {}) =>
  run(argv, { clock: createFastClock(), ...surroundings });

/** An S3 with the buckets that `doctor` is tried on, which one account owns. */
export interface DoctorBuckets {
  readonly s3: LocalS3;
  readonly identities: IdentityRegistry;
  /** May do everything there. */
  readonly owner: Identity;
  readonly client: S3Client;
  environmentOf(identity: Identity): Readonly<Record<string, string>>;
  /** Somebody of the account of the buckets, who may do what these statements say. */
  userWith(statements: readonly PolicyStatement[]): Identity;
  makeBucket(name: string, versions: boolean, content?: Readonly<Record<string, string>>): Promise<void>;
  /** The project's own keys in a bucket, those of older versions and of unfinished uploads among them. */
  leftIn(name: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Starts it, with the buckets `healthy`, `sick` and `replica`, which is empty. */
export async function startDoctorBuckets(): Promise<DoctorBuckets> {
  const identities = new IdentityRegistry();
  const s3 = new LocalS3({ identities, limits: { minimumPartSize: 1 } });
  const owner = identities.addUser('111111111111', 'owner');
  const endpoint = await s3.start();
  const client = new S3Client({ endpoint, region: 'us-east-1', credentials: owner, forcePathStyle: true });
  let users = 0;
  const makeBucket: DoctorBuckets['makeBucket'] = async (Bucket, versions, content = clusterObjects) => {
    await client.send(new CreateBucketCommand({ Bucket }));
    if (versions) {
      await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    }
    for (const [Key, Body] of Object.entries(content)) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body }));
    }
  };
  await makeBucket('healthy', true);
  await makeBucket('sick', false, { ...clusterObjects, [marker]: '{"timestamp": "1"}' });
  await makeBucket('replica', true, {});
  const Filter = { Prefix: 'c.example.com/backups/' };
  const Rules = [{ ID: 'old backups', Status: 'Enabled' as const, Filter, Expiration: { Days: 90 } }];
  await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket: 'sick', LifecycleConfiguration: { Rules } }));
  return {
    s3,
    identities,
    owner,
    client,
    makeBucket,
    environmentOf: ({ accessKeyId, secretAccessKey }) => ({
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    }),
    userWith: (statements) => {
      users += 1;
      return identities.addUser('111111111111', `user-${users}`, policyOf(statements));
    },
    leftIn: async (Bucket) => {
      const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
      const all = [...Versions, ...DeleteMarkers, ...Uploads];
      return all.map(({ Key = '' }) => Key).filter((key) => key.startsWith('.statesync/'));
    },
    close: async () => {
      client.destroy();
      await s3.close();
    },
  };
}

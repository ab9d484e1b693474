import { PutObjectCommand } from '@aws-sdk/client-s3';
import { compose } from '../../../lib/vfs/driver.ts';
import { prefixed } from '../../../lib/vfs/layers/prefix.ts';
import { describeDriver } from '../../conformance/suite.ts';
import { compatibleAt, startLocalCloud } from './local-cloud.ts';

const cloud = await startLocalCloud();
await cloud.createBucket('plain');
await cloud.createBucket('versioned', { versions: true });
await cloud.createBucket('kms', { kms: true });

const parts = { minSize: 1, maxSize: 5 * 1024 ** 3, maxCount: 10_000 };
/** As of a bucket without versions; parts may be small here, which saves the time of large ones. */
const unversioned = { versions: false, parts };
const plantMarker =
  (Bucket: string, prefix = '') =>
  async (key: string) => {
    await cloud.admin.send(new PutObjectCommand({ Bucket, Key: prefix + key, ContentLength: 0 }));
  };
let open = 4;
const close = async () => {
  open -= 1;
  if (open === 0) {
    await cloud.close();
  }
};

await describeDriver('a bucket of Amazon S3', {
  open: async () => cloud.open({ url: 's3://plain', capabilities: unversioned }),
  second: async () => cloud.open({ url: 's3://plain', capabilities: unversioned }),
  plantMarker: plantMarker('plain'),
  close,
});

await describeDriver('a bucket with versions', {
  open: async () => cloud.open({ url: 's3://versioned', capabilities: { parts } }),
  modelRuns: 5,
  close,
});

await describeDriver('a bucket under a KMS key', {
  open: async () => cloud.open({ url: 's3://kms', capabilities: unversioned }),
  modelRuns: 5,
  close,
});

await describeDriver('a prefix of a bucket of a compatible store', {
  open: async () => {
    const definition = { url: 's3://plain', capabilities: unversioned };
    return compose(cloud.open(definition, compatibleAt(cloud.endpoint, cloud.owner)), prefixed('in/side'));
  },
  plantMarker: plantMarker('plain', 'in/side/'),
  modelRuns: 5,
  close,
});

import { PutObjectCommand } from '@aws-sdk/client-s3';
import { describeDriver } from '../../conformance/suite.ts';
import { compatibleAt, startLocalCloud } from './local-cloud.ts';

const cloud = await startLocalCloud();
await cloud.createBucket('spaces');

/** As of a bucket without versions; parts may be small here, which saves the time of large ones. */
const capabilities = { versions: false, parts: { minSize: 1, maxSize: 5 * 1024 ** 3, maxCount: 10_000 } };
const open = async () => cloud.open({ url: 'do://spaces', capabilities }, compatibleAt(cloud.endpoint, cloud.owner));

await describeDriver('a flavour of S3', {
  open,
  second: open,
  plantMarker: async (Key) => {
    await cloud.admin.send(new PutObjectCommand({ Bucket: 'spaces', Key, ContentLength: 0 }));
  },
  modelRuns: 5,
  close: () => cloud.close(),
});

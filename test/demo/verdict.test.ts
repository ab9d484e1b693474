import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { judge, sha256Of } from '../../demo/verdict.ts';
import { LocalCloud } from '../../lib/local-cloud/cloud.ts';

let cloud: LocalCloud;
let client: S3Client;
beforeAll(async () => {
  cloud = await LocalCloud.start();
  const credentials = cloud.createAccount('111111111111');
  client = new S3Client({ region: cloud.region, endpoint: cloud.s3.endpoint, forcePathStyle: true, credentials });
  for (const Bucket of ['source', 'replica']) {
    await client.send(new CreateBucketCommand({ Bucket }));
  }
  await client.send(new PutObjectCommand({ Bucket: 'source', Key: 'a', Body: 'one' }));
  await client.send(new PutObjectCommand({ Bucket: 'replica', Key: 'a', Body: 'one' }));
  await client.send(new PutObjectCommand({ Bucket: 'replica', Key: 'kept', Body: 'two' }));
});
afterAll(async () => {
  client.destroy();
  await cloud.close();
});

const faultsWith = async (...retained: { key: string; sha256: string }[]) => {
  const [source, replica] = ['source', 'replica'].map((bucket) => ({ client, bucket })) as [never, never];
  return (await judge(source, replica, { neverCarried: /$^/, retained })).faults;
};

describe('the verdict on what must be retained', () => {
  it('is good when it is there with its bytes', async () => {
    expect(await faultsWith({ key: 'kept', sha256: sha256Of('two') })).toEqual([]);
  });

  it('finds other bytes', async () => {
    expect(await faultsWith({ key: 'kept', sha256: sha256Of('twp') })).toEqual(['kept has other bytes at the replica']);
  });

  it('finds it gone, and what nobody asked for', async () => {
    expect(await faultsWith({ key: 'lost', sha256: sha256Of('two') })).toEqual([
      'lost is missing at the replica',
      'kept is at the replica only',
    ]);
  });

  it('goes by the source where the key came back', async () => {
    expect(await faultsWith({ key: 'a', sha256: sha256Of('old') }, { key: 'kept', sha256: sha256Of('two') })).toEqual(
      [],
    );
  });
});

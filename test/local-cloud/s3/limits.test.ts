import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { s3Client, textOf } from '../../contract/s3-subject.ts';
import { withServer } from './fixture.ts';

const mebibyte = 1024 * 1024;

async function md5Of(body: unknown): Promise<string> {
  const hash = createHash('md5');
  for await (const chunk of body as AsyncIterable<Buffer>) {
    hash.update(chunk);
  }
  return hash.digest('hex');
}

describe('a synthetic object', () => {
  it('reads as its entity tag and checksum say, whole and in ranges, the same each time', () =>
    withServer({}, async ({ server, s3, Bucket }) => {
      const size = 5 * mebibyte + 17;
      await server.putSynthetic(Bucket, 'big', size, 'seed');
      const whole = await s3.getObject({ Bucket, Key: 'big', ChecksumMode: 'ENABLED' });
      expect(whole.ContentLength).toBe(size);
      expect(`"${await md5Of(whole.Body)}"`).toBe(whole.ETag);
      const part = async (Range: string) => {
        const { Body } = await s3.getObject({ Bucket, Key: 'big', Range });
        return Buffer.from(await Body!.transformToByteArray());
      };
      const joined = Buffer.concat([await part('bytes=65530-65541'), await part('bytes=65542-131080')]);
      expect(joined.equals(await part('bytes=65530-131080'))).toBe(true);
    }));

  it('is another for another seed, and no two of its blocks are equal', () =>
    withServer({}, async ({ server, s3, Bucket }) => {
      await server.putSynthetic(Bucket, 'a', mebibyte, 'one');
      await server.putSynthetic(Bucket, 'b', mebibyte, 'two');
      const etags = await Promise.all(['a', 'b'].map(async (Key) => (await s3.headObject({ Bucket, Key })).ETag));
      expect(etags[0]).not.toBe(etags[1]);
      const bytes = Buffer.from(await (await s3.getObject({ Bucket, Key: 'a' })).Body!.transformToByteArray());
      const blocks = Array.from({ length: 16 }, (_, index) => bytes.subarray(index * 65_536, (index + 1) * 65_536));
      expect(new Set(blocks.map((block) => block.toString('latin1'))).size).toBe(16);
    }));
});

describe('the size from which bodies are let go', () => {
  it('leaves small ones as they are; of large ones it keeps size and digests', () =>
    withServer({ limits: { discardBodiesAbove: 1000 } }, async ({ s3, Bucket }) => {
      await s3.putObject({ Bucket, Key: 'small', Body: 'x'.repeat(1000) });
      expect(await textOf(await s3.getObject({ Bucket, Key: 'small' }))).toHaveLength(1000);
      const large = 'x'.repeat(1001);
      const put = await s3.putObject({ Bucket, Key: 'large', Body: large });
      expect(put.ETag).toBe(`"${createHash('md5').update(large).digest('hex')}"`);
      expect((await s3.headObject({ Bucket, Key: 'large' })).ContentLength).toBe(1001);
      await expect(s3.getObject({ Bucket, Key: 'large' })).rejects.toMatchObject({ name: 'NotImplemented' });
    }));

  it('counts for parts too, whose checksums still come together', () =>
    withServer({ limits: { discardBodiesAbove: 10, minimumPartSize: 1 } }, async ({ server, admin, s3, Bucket }) => {
      const plain = s3Client(server.endpoint, admin, { requestChecksumCalculation: 'WHEN_REQUIRED' });
      const { UploadId } = await plain.createMultipartUpload({ Bucket, Key: 'mp' });
      const Parts = [];
      for (const PartNumber of [1, 2]) {
        const Body = String(PartNumber).repeat(20);
        const { ETag } = await s3.uploadPart({ Bucket, Key: 'mp', UploadId, PartNumber, Body });
        Parts.push({ PartNumber, ETag });
      }
      await plain.completeMultipartUpload({ Bucket, Key: 'mp', UploadId, MultipartUpload: { Parts } });
      await plain.putObject({ Bucket, Key: 'one', Body: '1'.repeat(20) + '2'.repeat(20) });
      const [parts, one] = await Promise.all(
        ['mp', 'one'].map((Key) => plain.headObject({ Bucket, Key, ChecksumMode: 'ENABLED' })),
      );
      expect(one?.ChecksumCRC64NVME).toBeDefined();
      expect(parts?.ChecksumCRC64NVME).toBe(one?.ChecksumCRC64NVME);
    }));
});

describe('sizes', () => {
  it('of single writes and copies have a maximum', () =>
    withServer({ limits: { maximumPutSize: 100, minimumPartSize: 1 } }, async ({ s3, Bucket }) => {
      const tooLarge = s3.putObject({ Bucket, Key: 'k', Body: 'x'.repeat(101) });
      await expect(tooLarge).rejects.toMatchObject({ name: 'EntityTooLarge' });
      const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: 'mp' });
      const Parts = [];
      for (const PartNumber of [1, 2]) {
        const Body = 'x'.repeat(100);
        const { ETag } = await s3.uploadPart({ Bucket, Key: 'mp', UploadId, PartNumber, Body });
        Parts.push({ PartNumber, ETag });
      }
      await s3.completeMultipartUpload({ Bucket, Key: 'mp', UploadId, MultipartUpload: { Parts } });
      const copy = s3.copyObject({ Bucket, Key: 'c', CopySource: 'state/mp' });
      await expect(copy).rejects.toMatchObject({ name: 'InvalidRequest' });
    }));

  it('of metadata and numbers of tags have a maximum', () =>
    withServer({}, async ({ s3, Bucket }) => {
      const metadata = s3.putObject({ Bucket, Key: 'k', Body: 'x', Metadata: { a: 'x'.repeat(2048) } });
      await expect(metadata).rejects.toMatchObject({ name: 'MetadataTooLarge' });
      const Tagging = Array.from({ length: 11 }, (_, index) => `k${index}=v`).join('&');
      await expect(s3.putObject({ Bucket, Key: 'k', Body: 'x', Tagging })).rejects.toMatchObject({
        name: 'InvalidTag',
      });
    }));
});

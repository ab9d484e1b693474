import { afterEach, describe, expect, it } from '@jest/globals';
import { IdentityRegistry } from '../../../lib/local-cloud/identity.ts';
import { bytesSource } from '../../../lib/vfs/body.ts';
import { digestBytes } from '../../../lib/vfs/checksums.ts';
import { openDriver } from '../../../lib/vfs/s3/open.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { BodySource } from '../../../lib/vfs/types.ts';
import { createManualClock } from '../../support/clock.ts';
import { chunkedSource, patternBytes } from '../../support/sources.ts';
import { amazonAt, compatibleAt } from './local-cloud.ts';
import {
  errorAnswer,
  type Received,
  type ScriptedAnswer,
  type ScriptedServer,
  startScriptedServer,
} from './scripted-server.ts';

const owner = new IdentityRegistry().addUser('111111111111', 'owner');
const bytes = patternBytes(300_000);
const chunks = [0, 1, 2].map((i) => bytes.subarray(i * 100_000, (i + 1) * 100_000));

describe('what a write sends, and makes of the answer', () => {
  let server: ScriptedServer;
  afterEach(() => server.close());

  async function sent(source: BodySource, kind: typeof amazonAt, answer: ScriptedAnswer = {}): Promise<Received> {
    server = await startScriptedServer(({ method }) =>
      method === 'PUT' ? { headers: { etag: '"e"' }, ...answer } : {},
    );
    const definition = { url: 's3://state', region: 'us-east-1' };
    const scripted = new Store(
      openDriver(definition, { environment: kind(server.endpoint, owner), clock: createManualClock() }),
    );
    await scripted.write('k', source);
    await scripted.close();
    return server.only('PUT');
  }

  const kinds = [
    ['Amazon S3', amazonAt],
    ['a compatible store', compatibleAt],
  ] as const;

  it.each(kinds)('to %s is a stream of exact length, never aws-chunked', async (_, kind) => {
    const { headers, body } = await sent(chunkedSource(chunks), kind);
    expect(Buffer.compare(body, bytes)).toBe(0);
    expect(headers).toMatchObject({ 'content-length': '300000', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' });
    for (const name of [
      'content-encoding',
      'transfer-encoding',
      'x-amz-trailer',
      'expect',
      'x-amz-sdk-checksum-algorithm',
    ]) {
      expect(headers).not.toHaveProperty(name);
    }
  });

  it.each(kinds)('to %s are the MD5 and the SHA-256 that the source vouches for', async (_, kind) => {
    const { md5 = '', sha256 = '' } = await digestBytes(bytes, ['md5', 'sha256']);
    const { headers } = await sent(chunkedSource(chunks, { checksums: { md5, sha256 } }), kind);
    expect(headers['content-md5']).toBe(Buffer.from(md5, 'hex').toString('base64'));
    expect(headers['x-amz-content-sha256']).toBe(sha256);
  });

  it.each(kinds)('to %s has a digest that the store verifies, even where the source brings none', async (_, kind) => {
    const { md5 = '', sha256 = '' } = await digestBytes(bytes, ['md5', 'sha256']);
    const { headers } = await sent(bytesSource(bytes), kind);
    expect(headers['content-md5']).toBe(Buffer.from(md5, 'hex').toString('base64'));
    expect(headers['x-amz-content-sha256']).toBe(sha256);
  });

  it('is a CRC-64/NVME to Amazon S3 alone', async () => {
    const { crc64nvme = '' } = await digestBytes(bytes, ['crc64nvme']);
    const source = () => chunkedSource(chunks, { checksums: { crc64nvme } });
    expect((await sent(source(), amazonAt)).headers['x-amz-checksum-crc64nvme']).toBe(
      Buffer.from(crc64nvme, 'hex').toString('base64'),
    );
    await server.close();
    expect((await sent(source(), compatibleAt)).headers).not.toHaveProperty('x-amz-checksum-crc64nvme');
  });

  it('an answer that vouches for other bytes is a ChecksumMismatch, and the object may be there', async () => {
    const other = { headers: { etag: `"${'00'.repeat(16)}"` } };
    const mismatch = { code: 'ChecksumMismatch', maybeApplied: true };
    await expect(sent(chunkedSource(chunks), compatibleAt, other)).rejects.toMatchObject(mismatch);
  });

  it('an answer under a KMS key is judged by its checksum, not by its ETag', async () => {
    const kms = { etag: `"${'00'.repeat(16)}"`, 'x-amz-server-side-encryption': 'aws:kms' };
    await sent(chunkedSource(chunks), amazonAt, { headers: kms });
    await server.close();
    const wrong = { ...kms, 'x-amz-checksum-crc64nvme': Buffer.alloc(8).toString('base64') };
    const mismatch = { code: 'ChecksumMismatch', maybeApplied: true };
    await expect(sent(chunkedSource(chunks), amazonAt, { headers: wrong })).rejects.toMatchObject(mismatch);
  });

  it('an error inside a 200 is an error', async () => {
    const { body = '' } = errorAnswer(200, 'InternalError');
    await expect(sent(bytesSource(bytes), amazonAt, { body })).rejects.toMatchObject({
      code: 'Unavailable',
      maybeApplied: true,
    });
  });

  it('an answer without an ETag is not taken for one', async () => {
    await expect(sent(bytesSource(bytes), amazonAt, { headers: {} })).rejects.toMatchObject({ code: 'Unknown' });
  });
});

import { describe, expect, it } from '@jest/globals';
import { withServer } from './fixture.ts';
import { sendSigned } from './raw-request.ts';

const codeOf = (body: string) => /<Code>(.*?)<\/Code>/.exec(body)?.[1];

describe('what S3 has and the embedded one has not is refused with 501, by name', () => {
  it.each([
    ['GET', '/state?cors=', {}, 'cors'],
    ['PUT', '/state?website=', {}, 'website'],
    ['GET', '/state?replication=', {}, 'replication'],
    ['GET', '/state?made-up=', {}, 'made-up'],
    ['POST', '/state/k?select=&select-type=2', {}, 'select'],
    ['GET', '/state/k?torrent=', {}, 'torrent'],
    ['PUT', '/state/k?retention=', {}, 'retention'],
    ['POST', '/state/k', {}, 'POST of an object'],
    ['PUT', '/state/k', { 'x-amz-object-lock-mode': 'GOVERNANCE' }, 'x-amz-object-lock-mode'],
    ['PUT', '/state/k', { 'x-amz-website-redirect-location': '/x' }, 'x-amz-website-redirect-location'],
    ['PUT', '/state/k', { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' }, 'customer-algorithm'],
    ['PUT', '/state/k', { 'x-amz-server-side-encryption': 'aws:kms:dsse' }, 'aws:kms:dsse'],
    ['PUT', '/state/k', { 'x-amz-storage-class': 'DEEP_ARCHIVE' }, 'DEEP_ARCHIVE'],
    ['PUT', '/state/k', { 'x-amz-checksum-sha512': 'x' }, 'x-amz-checksum-sha512'],
    ['PUT', '/state/k', { 'if-none-match': '"x"' }, 'If-None-Match'],
    ['DELETE', '/state/k', { 'x-amz-if-match-size': '1' }, 'x-amz-if-match-size'],
    ['GET', '/state/k', { 'x-amz-request-payer': 'requester' }, 'x-amz-request-payer'],
    ['GET', '/?max-buckets=1', {}, 'max-buckets'],
  ])('%s %s %j', (method, path, headers, named) =>
    withServer({}, async ({ server, admin, s3 }) => {
      const answer = await sendSigned(server.endpoint, admin, {
        method,
        path,
        headers: headers as Record<string, string>,
      });
      expect([answer.status, codeOf(answer.body)]).toEqual([501, 'NotImplemented']);
      expect(answer.body).toContain(named);
      expect((await s3.listObjectsV2({ Bucket: 'state' })).KeyCount).toBe(0);
    }),
  );
});

it('a bucket setting with an element that is not known is refused, not kept in part', () =>
  withServer({}, async ({ server, admin, s3 }) => {
    const body =
      '<LifecycleConfiguration><Rule><Status>Enabled</Status><Novelty>1</Novelty></Rule></LifecycleConfiguration>';
    const answer = await sendSigned(server.endpoint, admin, { method: 'PUT', path: '/state?lifecycle=', body });
    expect([answer.status, codeOf(answer.body)]).toEqual([400, 'MalformedXML']);
    expect(answer.body).toContain('Novelty');
    const absent = { name: 'NoSuchLifecycleConfiguration' };
    await expect(s3.getBucketLifecycleConfiguration({ Bucket: 'state' })).rejects.toMatchObject(absent);
  }));

it('a bucket policy with a condition that cannot be judged is refused, with the reason', () =>
  withServer({}, async ({ s3 }) => {
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: '222222222222' },
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::state/*',
      Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
    };
    const put = s3.putBucketPolicy({ Bucket: 'state', Policy: JSON.stringify({ Statement: [statement] }) });
    await expect(put).rejects.toThrow('condition operator "IpAddress" is not supported');
  }));

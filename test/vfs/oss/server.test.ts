import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import OSS from 'ali-oss';
import { crc64ecma } from '../../loopback/oss/crc64.ts';
import { OssServer } from '../../loopback/oss/server.ts';
import { verifySignature } from '../../loopback/oss/signature.ts';

const owner = { id: 'LTAI-owner', secret: 'secret' };
const session = { id: 'STS.session', secret: 'session-secret', token: 'session-token' };
const ended = { id: 'STS.ended', secret: 'ended-secret', token: 'ended-token', expiresAt: Date.now() - 1 };
let server: OssServer;

beforeAll(async () => {
  server = new OssServer({ keys: [owner, session, ended] });
  server.createBucket('state');
  server.createBucket('far-away', { region: 'eu-central-1' });
  await server.start();
});

afterAll(() => server.close());

interface Identity {
  readonly id: string;
  readonly secret: string;
  readonly token?: string;
}

function client({ id, secret, token }: Identity, more: object = {}): OSS {
  return new OSS({
    accessKeyId: id,
    accessKeySecret: secret,
    ...(token && { stsToken: token, refreshSTSTokenInterval: 1e9 }),
    endpoint: server.endpoint,
    region: 'oss-cn-hangzhou',
    bucket: 'state',
    ...more,
  });
}

const versions = [
  ['V1', { authorizationV4: false }],
  ['V4', { authorizationV4: true }],
] as const;

describe.each(versions)('signatures of %s', (_, version) => {
  it.each([
    ['keys', owner],
    ['temporary keys', session],
  ])('of %s are taken, whatever is signed', async (_identity, identity) => {
    const own = client(identity, version);
    const key = `dir/a b+c'(1)!*~&=?%#\u00e9\u65e5.txt`;
    await own.put(key, Buffer.from('text'), { meta: { uid: 1, pid: 2 }, headers: { 'Content-Type': 'text/plain' } });
    expect((await own.get(key)).content.toString()).toBe('text');
    expect((await own.head(key)).status).toBe(200);
    await own.copy('copied', key);
    const query = { prefix: 'dir/a b+', delimiter: '/', 'max-keys': '10' } as const;
    expect((await own.listV2(query, {})).objects[0]?.name).toBe(key);
    await own.multipartUpload('in-parts', Buffer.alloc(300_000), { partSize: 102_400 });
    await own.delete(key);
  });

  it.each([
    ['another secret', { ...owner, secret: 'other' }, 'SignatureDoesNotMatch'],
    ['an unknown id', { ...owner, id: 'nobody' }, 'InvalidAccessKeyId'],
    ['temporary keys without a token', { id: session.id, secret: session.secret }, 'InvalidAccessKeyId'],
    ['another token', { ...session, token: 'other' }, 'InvalidSecurityToken'],
    ['a token with keys that have none', { ...owner, token: 'any' }, 'InvalidSecurityToken'],
    ['temporary keys that have ended', ended, 'SecurityTokenExpired'],
  ])('with %s are refused', async (_identity, identity, code) => {
    const own = client(identity, version);
    await expect(own.put('k', Buffer.from('x'))).rejects.toMatchObject({ status: 403, code });
  });

  it('are for their time', async () => {
    const late = client(owner, { ...version, amendTimeSkewed: -16 * 60_000 });
    await expect(late.put('k', Buffer.from('x'))).rejects.toMatchObject({ status: 403, code: 'RequestTimeTooSkewed' });
  });

  it('cover the headers of OSS: one that is changed on the way is refused', async () => {
    const own = client(owner, version);
    server.script = ({ headers }) => {
      headers['x-oss-meta-uid'] = '3';
      return undefined;
    };
    const put = own.put('k', Buffer.from('x'), { meta: { uid: 1, pid: 2 } });
    await expect(put).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' });
    server.script = () => undefined;
  });
});

describe('signatures that are known', () => {
  const keys = new Map([['ak', { id: 'ak', secret: 'sk' }]]);
  const place = { method: 'PUT', operation: 'PutObject', region: 'cn-hangzhou' };
  /** Of the example of the page on V1 signatures, and of the tests of Alibaba Cloud's client for Go (`oss/signer`). */
  const v1 = {
    ...place,
    bucket: 'examplebucket',
    key: 'nelson',
    query: new Map<string, string>(),
    headers: {
      'content-md5': 'eB5eJF1ptWaXm4bijSPyxw==',
      'content-type': 'text/html',
      'x-oss-date': 'Wed, 28 Dec 2022 10:27:41 GMT',
      'x-oss-meta-author': 'alice',
      'x-oss-meta-magic': 'abracadabra',
    },
  };
  const v4 = {
    ...place,
    bucket: 'bucket',
    key: '1234+-/123/1.txt',
    query: new Map([
      ...[['param1', 'value1'] as const, ['+param1', 'value3'] as const, ['|param1', 'value4'] as const],
      ...[['+param2', ''] as const, ['|param2', ''] as const, ['param2', ''] as const],
    ]),
    headers: {
      ...{ 'x-oss-head1': 'value', abc: 'value', zabc: 'value', xyz: 'value', 'content-type': 'text/plain' },
      'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
    },
  };
  const [scheme, scope] = ['OSS4-HMAC-SHA256', 'ak/20231216/cn-hangzhou/oss/aliyun_v4_request'];

  it.each([
    ['V1', v1, 1_672_223_261, v1.headers['x-oss-date'], 'OSS ak:kSHKmLxlyEAKtZPkJhG9bZb5k7M='],
    [
      'V4',
      v4,
      1_702_743_657,
      '20231216T162057Z',
      `${scheme} Credential=${scope},Signature=e21d18daa82167720f9b1047ae7e7f1ce7cb77a31e8203a7d5f4624fa0284afe`,
    ],
    [
      'V4 with further headers',
      v4,
      1_702_747_512,
      '20231216T172512Z',
      `${scheme} Credential=${scope},AdditionalHeaders=abc;zabc,Signature=4a4183c187c07c8947db7620deb0a6b38d9fbdd34187b6dbaccb316fa251212f`,
    ],
  ])('of %s are computed', (_, call, seconds, date, authorization) => {
    const signed = { ...call, headers: { ...call.headers, 'x-oss-date': date, authorization } };
    verifySignature(signed, keys, seconds * 1000);
    expect(() => verifySignature({ ...signed, key: 'other' }, keys, seconds * 1000)).toThrow('does not match');
  });
});

describe('the server', () => {
  it('takes V4 signatures for the bucket of their region only', async () => {
    const other = client(owner, { authorizationV4: true, region: 'oss-eu-central-1', bucket: 'far-away' });
    await other.put('k', Buffer.from('x'));
    const astray = client(owner, { authorizationV4: true, bucket: 'far-away' });
    await expect(astray.put('k', Buffer.from('x'))).rejects.toMatchObject({ status: 403, code: 'AccessDenied' });
  });

  it('lets nobody in without a signature', async () => {
    const { request } = await import('node:http');
    const status = await new Promise((resolve) => {
      const headers = { host: 'state.oss-cn-hangzhou.aliyuncs.com' };
      request(`${server.endpoint}/k`, { headers }, ({ statusCode }) => resolve(statusCode)).end();
    });
    expect(status).toBe(403);
  });

  it.each([
    ['a wrong Content-MD5', { 'Content-MD5': 'AAAAAAAAAAAAAAAAAAAAAA==' }, 400, 'InvalidDigest'],
    ['If-Match on PutObject', { 'If-Match': '"x"' }, 400, 'NotImplemented'],
    ['If-None-Match on PutObject', { 'If-None-Match': '*' }, 400, 'NotImplemented'],
    ['x-oss-forbid-overwrite that is neither', { 'x-oss-forbid-overwrite': 'yes' }, 400, 'InvalidArgument'],
    ['metadata with an underscore', { 'x-oss-meta-a_b': 'x' }, 400, 'InvalidArgument'],
    ['metadata beyond 8 KB', { 'x-oss-meta-a': 'x'.repeat(9000) }, 400, 'InvalidArgument'],
  ])('refuses %s', async (_, headers, status, code) => {
    const put = client(owner).put('k', Buffer.from('x'), { headers });
    await expect(put).rejects.toMatchObject({ status, code });
  });

  it('forbids to overwrite only where it is asked to, and only without versions', async () => {
    const own = client(owner);
    const forbid = () => ({ headers: { 'x-oss-forbid-overwrite': 'true' } });
    await own.put('once', Buffer.from('1'), forbid());
    await expect(own.put('once', Buffer.from('2'), forbid())).rejects.toMatchObject({ code: 'FileAlreadyExists' });
    await expect(own.copy('once', 'once', forbid())).rejects.toMatchObject({ code: 'FileAlreadyExists' });
    const bucket = server.createBucket('kept', { versioning: 'Suspended' });
    const versioned = client(owner, { bucket: bucket.name });
    await versioned.put('once', Buffer.from('1'), forbid());
    await versioned.put('once', Buffer.from('2'), forbid());
    expect((await versioned.get('once')).content.toString()).toBe('2');
  });

  it('answers a range outside the object with all of it, unless asked for the standard', async () => {
    const own = client(owner);
    await own.put('ten', Buffer.from('0123456789'));
    const get = (range: string, more = {}) => own.get('ten', { headers: { Range: range, ...more } });
    expect((await get('bytes=8-20')).content.toString()).toBe('0123456789');
    expect((await get('bytes=8-20', { 'x-oss-range-behavior': 'standard' })).content.toString()).toBe('89');
    expect((await get('bytes=10-20')).content.toString()).toBe('0123456789');
    await expect(get('bytes=10-20', { 'x-oss-range-behavior': 'standard' })).rejects.toMatchObject({
      code: 'InvalidRange',
    });
  });

  it.each([
    ['', '0'],
    ['123456789', '11051210869376104954'],
  ])('computes the CRC-64 of %j as %s', (text, expected) => {
    expect(crc64ecma(Buffer.from(text))).toBe(expected);
  });
});

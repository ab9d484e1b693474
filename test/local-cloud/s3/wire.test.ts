import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { textOf } from '../../contract/s3-subject.ts';
import { type Fixture, withServer } from './fixture.ts';
import { type RawRequest, send, sendSigned, sha256, sign } from './raw-request.ts';

/** A body in signed chunks, as Amazon documents it; the last argument spoils it. */
function chunked(
  { server, admin }: Fixture,
  pieces: readonly string[],
  trailer: string | undefined,
  spoil: (body: string) => string = (body) => body,
): Promise<{ status: number; body: string }> {
  const payload = `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailer === undefined ? '' : '-TRAILER'}`;
  const raw: RawRequest = {
    method: 'PUT',
    path: '/state/k',
    payload,
    headers: {
      'content-encoding': 'aws-chunked',
      'x-amz-decoded-content-length': String(pieces.join('').length),
      ...(trailer === undefined ? {} : { 'x-amz-trailer': 'x-amz-checksum-crc32' }),
    },
  };
  const { headers, signature, scope, timestamp, key } = sign(new URL(server.endpoint).host, admin, raw);
  const seal = (kind: string, ...lines: readonly string[]) =>
    createHmac('sha256', key)
      .update([`AWS4-HMAC-SHA256-${kind}`, timestamp, scope, ...lines].join('\n'))
      .digest('hex');
  let previous = signature;
  let body = '';
  for (const piece of [...pieces, '']) {
    previous = seal('PAYLOAD', previous, sha256(''), sha256(piece));
    body += `${piece.length.toString(16)};chunk-signature=${previous}\r\n${piece}${piece === '' ? '' : '\r\n'}`;
  }
  if (trailer !== undefined) {
    const line = `x-amz-checksum-crc32:${trailer}`;
    body += `${line}\r\nx-amz-trailer-signature:${seal('TRAILER', previous, sha256(`${line}\n`))}\r\n`;
  }
  return send(server.endpoint, headers, { ...raw, body: spoil(`${body}\r\n`) });
}

const codeOf = (answer: { body: string }) => /<Code>(.*?)<\/Code>/.exec(answer.body)?.[1];

describe('a body in signed chunks', () => {
  it('is taken apart and proved', () =>
    withServer({}, async (fixture) => {
      const pieces = ['a'.repeat(70_000), 'b'.repeat(10)];
      expect((await chunked(fixture, pieces, undefined)).status).toBe(200);
      const got = await fixture.s3.getObject({ Bucket: 'state', Key: 'k' });
      expect(await textOf(got)).toBe(pieces.join(''));
    }));

  it('is refused when one byte of it was changed', () =>
    withServer({}, async (fixture) => {
      const answer = await chunked(fixture, ['aaaa', 'bbbb'], undefined, (body) => body.replace('bbbb', 'bbbc'));
      expect([answer.status, codeOf(answer)]).toEqual([403, 'SignatureDoesNotMatch']);
      await expect(fixture.s3.headObject({ Bucket: 'state', Key: 'k' })).rejects.toMatchObject({ name: 'NotFound' });
    }));

  it('proves its trailer, and the checksum in it', () =>
    withServer({}, async (fixture) => {
      expect((await chunked(fixture, ['abc'], 'NSRBwg==')).status).toBe(200);
      expect(codeOf(await chunked(fixture, ['abd'], 'NSRBwg=='))).toBe('BadDigest');
      const forged = await chunked(fixture, ['abc'], 'NSRBwg==', (body) => body.replace('NSRBwg==', 'AAAAAA=='));
      expect(codeOf(forged)).toBe('SignatureDoesNotMatch');
    }));

  it('is refused when it is cut short, or is no framing at all', () =>
    withServer({}, async (fixture) => {
      const cutInChunk = await chunked(fixture, ['aaaa'], undefined, (body) => body.slice(0, 86));
      expect(codeOf(cutInChunk)).toBe('IncompleteBody');
      expect(codeOf(await chunked(fixture, ['aaaa'], undefined, () => 'nonsense'))).toBe('IncompleteBody');
      const withoutEnd = await chunked(fixture, ['aaaa'], undefined, (body) => body.slice(0, body.indexOf('\r\n0;')));
      expect(codeOf(withoutEnd)).toBe('IncompleteBody');
    }));
});

describe('a body', () => {
  it('is refused when it is not the one that was signed', () =>
    withServer({}, async ({ server, admin }) => {
      const raw = { method: 'PUT', path: '/state/k', body: 'abc', payload: sha256('abd') };
      expect(codeOf(await sendSigned(server.endpoint, admin, raw))).toBe('XAmzContentSHA256Mismatch');
    }));

  it('may go unsigned', () =>
    withServer({}, async ({ server, admin }) => {
      const raw = { method: 'PUT', path: '/state/k', body: 'abc', payload: 'UNSIGNED-PAYLOAD' };
      expect((await sendSigned(server.endpoint, admin, raw)).status).toBe(200);
    }));

  it('is refused when it is not of the length that was announced', () =>
    withServer({}, async ({ server, admin }) => {
      const raw = {
        method: 'PUT',
        path: '/state/k',
        headers: { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': '4' },
        payload: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        body: '3\r\nabc\r\n0\r\n\r\n',
      };
      expect(codeOf(await sendSigned(server.endpoint, admin, raw))).toBe('IncompleteBody');
    }));

  it('needs its length beforehand', () =>
    withServer({}, async ({ server, admin }) => {
      const headers = { 'content-encoding': 'aws-chunked' };
      const raw = { method: 'PUT', path: '/state/k', headers, payload: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' };
      expect((await sendSigned(server.endpoint, admin, raw)).status).toBe(411);
    }));
});

describe('addresses', () => {
  it('may name the bucket in the host', () =>
    withServer({}, async ({ server, admin, s3 }) => {
      const raw = { method: 'PUT', path: '/dir/k', body: 'abc' };
      for (const host of ['state.localhost', 'state.s3.us-east-1.amazonaws.com']) {
        expect((await sendSigned(server.endpoint, admin, raw, host)).status).toBe(200);
      }
      expect(await textOf(await s3.getObject({ Bucket: 'state', Key: 'dir/k' }))).toBe('abc');
    }));

  it('that are not UTF-8 are refused', () =>
    withServer({}, async ({ server, admin }) => {
      const answer = await sendSigned(server.endpoint, admin, { method: 'GET', path: '/state/%ff' });
      expect([answer.status, codeOf(answer)]).toEqual([400, 'InvalidURI']);
    }));
});

it('metadata that is not ASCII comes back in the encoding of mail headers', () =>
  withServer({}, async ({ server, admin }) => {
    // As it lies on the wire: one character for each byte of the UTF-8.
    const nonascii = Buffer.from('ÄMÄZÕÑ S3').toString('latin1');
    const put = { method: 'PUT', path: '/state/k', body: 'x', headers: { 'x-amz-meta-nonascii': nonascii } };
    expect((await sendSigned(server.endpoint, admin, put)).status).toBe(200);
    const { headers } = await sendSigned(server.endpoint, admin, { method: 'HEAD', path: '/state/k' });
    // The very value of the example in the S3 user guide, "Working with object metadata".
    expect(headers['x-amz-meta-nonascii']).toBe('=?UTF-8?B?w4PChE3Dg8KEWsODwpXDg8KRIFMz?=');
  }));

it('an answer names its request, in the headers and in the error document', () =>
  withServer({}, async ({ server, admin }) => {
    const answer = await sendSigned(server.endpoint, admin, { method: 'GET', path: '/state/absent' });
    expect(answer.headers['x-amz-request-id']).toMatch(/^[0-9A-F]{16}$/);
    expect(answer.body).toContain(`<RequestId>${answer.headers['x-amz-request-id']}</RequestId>`);
    expect(answer.body).toContain('<Key>absent</Key>');
    expect(answer.headers['content-type']).toBe('application/xml');
  }));

it('requests are counted by operation, and connections while they are open', () =>
  withServer({}, async ({ server, s3 }) => {
    await s3.putObject({ Bucket: 'state', Key: 'k', Body: 'x' });
    await s3.headObject({ Bucket: 'state', Key: 'k' });
    await s3.headObject({ Bucket: 'state', Key: 'k' });
    await s3.listObjectsV2({ Bucket: 'state' });
    expect(server.requests.snapshot()).toEqual({ HeadObject: 2, ListObjectsV2: 1, PutObject: 1 });
    expect(server.requests.total).toBe(4);
    expect(server.requests.of('GetObject')).toBe(0);
    expect(server.openConnections).toBeGreaterThan(0);
    server.requests.reset();
    expect(server.requests.total).toBe(0);
    await server.close();
    expect(server.openConnections).toBe(0);
  }));

import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { textOf } from '../../contract/s3-subject.ts';
import { eventually } from '../../support/eventually.ts';
import { type Fixture, withServer } from './fixture.ts';
import { sign } from './raw-request.ts';

/** Sends a request whose body stops in the middle until `meanwhile` is over, and answers its status. */
async function sendInHalves(
  { server, admin }: Fixture,
  operation: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  meanwhile: () => Promise<unknown>,
): Promise<number> {
  const raw = { method: 'PUT', path, headers, payload: 'UNSIGNED-PAYLOAD' };
  const { host, hostname, port } = new URL(server.endpoint);
  const signed = { ...sign(host, admin, raw).headers, 'content-length': '10' };
  const outgoing = request({ hostname, port, method: 'PUT', path, headers: signed, agent: false });
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
  outgoing.write('12345');
  await eventually(() => server.requests.of(operation) === 1);
  await meanwhile();
  outgoing.end('67890');
  const [incoming] = await answered;
  incoming.resume();
  return incoming.statusCode ?? 0;
}

describe('while a body is on its way', () => {
  it('another write may win: the condition is judged when the body has arrived', () =>
    withServer({}, async (fixture) => {
      const { s3, Bucket, server } = fixture;
      const status = await sendInHalves(fixture, 'PutObject', '/state/k', { 'if-none-match': '*' }, () =>
        s3.putObject({ Bucket, Key: 'k', Body: 'first', IfNoneMatch: '*' }),
      );
      expect(status).toBe(412);
      expect(await textOf(await s3.getObject({ Bucket, Key: 'k' }))).toBe('first');
      expect(server.requests.of('PutObject')).toBe(2);
    }));

  it('its upload may be aborted: the part is refused, and does not bring the upload back', () =>
    withServer({}, async (fixture) => {
      const { s3, Bucket } = fixture;
      const { UploadId = '' } = await s3.createMultipartUpload({ Bucket, Key: 'k' });
      const path = `/state/k?partNumber=1&uploadId=${UploadId}`;
      const status = await sendInHalves(fixture, 'UploadPart', path, {}, () =>
        s3.abortMultipartUpload({ Bucket, Key: 'k', UploadId }),
      );
      expect(status).toBe(404);
      await expect(s3.listParts({ Bucket, Key: 'k', UploadId })).rejects.toMatchObject({ name: 'NoSuchUpload' });
    }));

  it('a read gives the object as it was when the read began', () =>
    withServer({}, async ({ server, s3, Bucket }) => {
      const size = 8 * 1024 * 1024;
      await server.putSynthetic(Bucket, 'k', size);
      const { Body, ETag } = await s3.getObject({ Bucket, Key: 'k' });
      await s3.putObject({ Bucket, Key: 'k', Body: 'new' });
      expect((await Body!.transformToByteArray()).length).toBe(size);
      expect((await s3.headObject({ Bucket, Key: 'k' })).ETag).not.toBe(ETag);
    }));
});

it('a client that goes away in the middle of its body leaves nothing behind', () =>
  withServer({}, async ({ server, admin, s3, Bucket }) => {
    const raw = { method: 'PUT', path: '/state/k', payload: 'UNSIGNED-PAYLOAD' };
    const { host, hostname, port } = new URL(server.endpoint);
    const headers = { ...sign(host, admin, raw).headers, 'content-length': '10' };
    const outgoing = request({ hostname, port, method: 'PUT', path: '/state/k', headers, agent: false });
    outgoing.once('error', () => undefined);
    outgoing.write('12345');
    await eventually(() => server.requests.of('PutObject') === 1);
    const before = server.openConnections;
    outgoing.destroy();
    await eventually(() => server.openConnections < before);
    await expect(s3.headObject({ Bucket, Key: 'k' })).rejects.toMatchObject({ name: 'NotFound' });
  }));

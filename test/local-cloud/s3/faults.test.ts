import { describe, expect, it } from '@jest/globals';
import type { Fault, Faults } from '../../../lib/local-cloud/s3/faults.ts';
import { textOf } from '../../contract/s3-subject.ts';
import { withServer } from './fixture.ts';
import { sendSigned } from './raw-request.ts';

/** Goes wrong on one operation in one phase, as often as there are faults. */
function on(operation: string, phase: 'before' | 'after-commit', ...faults: Fault[]): Faults {
  return (asked, _bucket, _key, askedPhase) =>
    asked === operation && askedPhase === phase ? faults.shift() : undefined;
}

const put = { Bucket: 'state', Key: 'k', Body: 'hello world' };

describe('a fault before', () => {
  it('answers with the error asked for, and nothing is changed', () =>
    withServer({}, async ({ server, s3 }) => {
      server.faults = on('PutObject', 'before', { status: 503, code: 'SlowDown' });
      await expect(s3.putObject(put)).rejects.toMatchObject({
        name: 'SlowDown',
        $metadata: { httpStatusCode: 503 },
      });
      await expect(s3.headObject(put)).rejects.toMatchObject({ name: 'NotFound' });
      await s3.putObject(put);
    }));

  it('cuts the connection without an answer', () =>
    withServer({}, async ({ server, s3 }) => {
      server.faults = on('PutObject', 'before', 'drop-connection');
      await expect(s3.putObject(put)).rejects.toThrow('socket hang up');
      await expect(s3.headObject(put)).rejects.toMatchObject({ name: 'NotFound' });
    }));

  it('holds the request until the test lets it go', () =>
    withServer({}, async ({ server, s3 }) => {
      let release: () => void = () => undefined;
      const held = new Promise<undefined>((resolve) => {
        release = () => resolve(undefined);
      });
      let arrived: () => void = () => undefined;
      const arrival = new Promise<void>((resolve) => {
        arrived = resolve;
      });
      server.faults = (operation, bucket, key, phase) => {
        if (operation !== 'PutObject' || phase !== 'before') {
          return undefined;
        }
        expect([bucket, key]).toEqual(['state', 'k']);
        arrived();
        return held;
      };
      const writing = s3.putObject(put);
      await arrival;
      await expect(s3.headObject(put)).rejects.toMatchObject({ name: 'NotFound' });
      release();
      await writing;
      await s3.headObject(put);
    }));
});

describe('a fault after the commit', () => {
  it('loses the answer, and the change stands', () =>
    withServer({}, async ({ server, s3 }) => {
      server.faults = on('PutObject', 'after-commit', 'drop-connection');
      await expect(s3.putObject({ ...put, IfNoneMatch: '*' })).rejects.toThrow('socket hang up');
      expect(await textOf(await s3.getObject(put))).toBe('hello world');
    }));

  it('answers with an error though the change stands', () =>
    withServer({}, async ({ server, s3 }) => {
      server.faults = on('PutObject', 'after-commit', { status: 409, code: 'ConditionalRequestConflict' });
      await expect(s3.putObject(put)).rejects.toMatchObject({ name: 'ConditionalRequestConflict' });
      await s3.headObject(put);
    }));

  it('is not asked for when the request is refused', () =>
    withServer({}, async ({ server, s3 }) => {
      const phases: string[] = [];
      server.faults = (_operation, _bucket, _key, phase) => {
        phases.push(phase);
        return undefined;
      };
      await expect(s3.headObject(put)).rejects.toMatchObject({ name: 'NotFound' });
      expect(phases).toEqual(['before']);
    }));
});

describe('a fault in the body', () => {
  it.each([0, 5, 10])('cuts it after %i bytes', (truncateBodyAt) =>
    withServer({}, async ({ server, s3 }) => {
      await s3.putObject(put);
      server.faults = on('GetObject', 'after-commit', { truncateBodyAt });
      const received: Buffer[] = [];
      const reading = async () => {
        const { Body } = await s3.getObject(put);
        for await (const chunk of Body as AsyncIterable<Buffer>) {
          received.push(chunk);
        }
      };
      await expect(reading()).rejects.toMatchObject({ code: 'ECONNRESET' });
      expect(Buffer.concat(received).toString()).toBe('hello world'.slice(0, truncateBodyAt));
    }),
  );

  it('inverts one byte, and leaves the stored object alone', () =>
    withServer({}, async ({ server, admin, s3 }) => {
      await s3.putObject(put);
      server.faults = on('GetObject', 'before', { flipByteAt: 4 });
      const get = { method: 'GET', path: '/state/k' };
      expect((await sendSigned(server.endpoint, admin, get)).body).not.toBe('hello world');
      expect((await sendSigned(server.endpoint, admin, get)).body).toBe('hello world');
    }));

  it('is found by a client that proves checksums', () =>
    withServer({}, async ({ server, s3 }) => {
      await s3.putObject(put);
      server.faults = on('GetObject', 'after-commit', { flipByteAt: 4 });
      const reading = s3.getObject({ ...put, ChecksumMode: 'ENABLED' }).then(textOf);
      await expect(reading).rejects.toThrow('Checksum mismatch');
    }));
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { textSource } from '../../../lib/vfs/body.ts';
import type { VfsErrorCode } from '../../../lib/vfs/errors.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import type { Precondition, Revision } from '../../../lib/vfs/types.ts';
import { conditionNotMet } from '../../loopback/gcs/api-error.ts';
import type { Fault } from '../../loopback/gcs/server.ts';
import { textOf } from '../../support/sources.ts';
import { type LocalGcs, startLocalGcs } from './local-gcs.ts';

const none: Precondition = { kind: 'none' };
const ifAbsent: Precondition = { kind: 'if-absent' };
const ifMatch: Precondition = { kind: 'if-match', revision: '17' as Revision };

let gcs: LocalGcs;
let store: Store;
beforeAll(async () => {
  gcs = await startLocalGcs();
  gcs.server.createBucket('state');
  store = gcs.store({ url: 'gs://state' });
});
afterEach(() => {
  gcs.server.script = () => undefined;
});
afterAll(() => gcs.close());

/** An error of the JSON API. */
function refusal(status: number, reason: string, message = 'said so', headers: Record<string, string> = {}): Fault {
  const error = { code: status, message, errors: [{ domain: 'global', reason, message }] };
  const type = { 'content-type': 'application/json' };
  return { kind: 'answer', status, body: JSON.stringify({ error }), headers: { ...type, ...headers } };
}

function write(precondition = none): Promise<unknown> {
  return store.write('k', textSource('text'), { precondition });
}

const table: readonly (readonly [status: number, reason: string, code: VfsErrorCode, maybeApplied: boolean])[] = [
  [400, 'invalid', 'InvalidArgument', false],
  [400, 'required', 'InvalidArgument', false],
  [400, 'userProjectMissing', 'PermissionDenied', false],
  [400, 'cloudKmsDisabledKey', 'PermissionDenied', false],
  [400, 'resourceIsEncryptedWithCustomerEncryptionKey', 'PermissionDenied', false],
  [401, 'authError', 'Unauthenticated', false],
  [401, 'required', 'Unauthenticated', false],
  [403, 'forbidden', 'PermissionDenied', false],
  [403, 'insufficientPermissions', 'PermissionDenied', false],
  [403, 'retentionPolicyNotMet', 'PermissionDenied', false],
  [403, 'objectUnderActiveHold', 'PermissionDenied', false],
  [403, 'rateLimitExceeded', 'RateLimited', false],
  [403, 'userRateLimitExceeded', 'RateLimited', false],
  [403, 'quotaExceeded', 'RateLimited', false],
  [405, 'methodNotAllowed', 'Unsupported', false],
  [408, 'uploadBrokenConnection', 'Unavailable', false],
  [409, 'conflict', 'Unavailable', false],
  [410, 'gone', 'Unavailable', false],
  [412, 'conditionNotMet', 'PreconditionFailed', false],
  [412, 'orgPolicyConstraintFailed', 'PermissionDenied', false],
  [413, 'uploadTooLarge', 'TooLarge', false],
  [416, 'requestedRangeNotSatisfiable', 'InvalidArgument', false],
  [429, 'rateLimitExceeded', 'RateLimited', false],
  [500, 'internalError', 'Unavailable', true],
  [502, 'badGateway', 'Unavailable', true],
  [503, 'backendError', 'Unavailable', true],
  [504, 'gatewayTimeout', 'Unavailable', true],
  [418, 'teapot', 'Unknown', true],
];

describe('what an answer of the store means', () => {
  it.each(table)('%i %s is %s', async (status, reason, code, maybeApplied) => {
    gcs.server.script = () => refusal(status, reason);
    await expect(write()).rejects.toMatchObject({
      code,
      maybeApplied,
      operation: 'write',
      target: 'gs://state/k',
      message: expect.stringContaining(`${reason} (${status}): said so`),
    });
  });

  it.each([
    [none, 'PreconditionFailed'],
    [ifAbsent, 'AlreadyExists'],
    [ifMatch, 'PreconditionFailed'],
  ] as const)('a condition that does not hold is told as what was asked: %j', async (precondition, code) => {
    const { status, reason, message } = conditionNotMet();
    gcs.server.script = () => refusal(status, reason, message);
    await expect(write(precondition)).rejects.toMatchObject({ code, attempted: false });
  });

  it.each([
    'Provided CRC32C "AAAAAA==" doesn\'t match calculated CRC32C "BBBBBB==".',
    'Provided MD5 hash "AAAA" doesn\'t match calculated MD5 hash "BBBB".',
  ])('other bytes than promised are a ChecksumMismatch: %s', async (message) => {
    gcs.server.script = () => refusal(400, 'invalid', message);
    await expect(write()).rejects.toMatchObject({ code: 'ChecksumMismatch' });
  });

  it('a time to wait is passed on, in seconds or as a date by the clock of the answer', async () => {
    gcs.server.script = () => refusal(429, 'rateLimitExceeded', 'slower', { 'retry-after': '3' });
    await expect(write()).rejects.toMatchObject({ retryAfterMs: 3000 });
    const date = new Date(Date.UTC(2026, 0, 1)).toUTCString();
    const later = new Date(Date.UTC(2026, 0, 1, 0, 0, 7)).toUTCString();
    gcs.server.script = () => refusal(503, 'backendError', 'later', { 'retry-after': later, date });
    await expect(write()).rejects.toMatchObject({ retryAfterMs: 7000 });
  });

  it('a gateway that is no store is told by its status, without its page', async () => {
    const headers = { 'content-type': 'text/html' };
    gcs.server.script = () => ({ kind: 'answer', status: 502, body: '<html>token ya29.secret</html>', headers });
    await expect(write()).rejects.toMatchObject({ code: 'Unavailable', reason: 'status 502' });
  });

  it('a page where a document was to be is Unknown, and no listing is short because of it', async () => {
    const headers = { 'content-type': 'text/html' };
    gcs.server.script = () => ({ kind: 'answer', status: 200, body: '<html>welcome</html>', headers });
    await expect(store.stat('k')).rejects.toMatchObject({ code: 'Unknown' });
    await expect(store.listPage('')).rejects.toMatchObject({ code: 'Unknown' });
    gcs.server.script = () => ({ kind: 'answer', status: 200, body: '{}' });
    await expect(store.listPage('')).rejects.toMatchObject({ code: 'Unknown' });
    await expect(store.stat('k')).rejects.toMatchObject({ code: 'Unknown' });
  });

  it('a redirect is followed nowhere', async () => {
    gcs.server.script = () => ({ kind: 'answer', status: 302, headers: { location: 'http://127.0.0.1:9/' } });
    await expect(store.stat('k')).rejects.toMatchObject({ code: 'InvalidArgument' });
  });
});

describe('absence', () => {
  it('of an object is NotFound, and costs one request', async () => {
    const before = gcs.server.requests.total;
    await expect(store.stat('absent')).rejects.toMatchObject({ code: 'NotFound' });
    expect(gcs.server.requests.total - before).toBe(1);
  });

  it('of the bucket is never that of a key: all calls say that there is no such bucket', async () => {
    const other = gcs.store({ url: 'gs://nowhere' });
    const refused = { code: 'InvalidArgument', reason: expect.stringContaining('no such bucket') };
    const signal = new AbortController().signal;
    await expect(other.stat('k')).rejects.toMatchObject(refused);
    await expect(other.find('k')).rejects.toMatchObject(refused);
    await expect(other.read('k')).rejects.toMatchObject(refused);
    await expect(other.write('k', textSource('x'))).rejects.toMatchObject(refused);
    await expect(other.delete('k')).rejects.toMatchObject(refused);
    await expect(other.listPage('')).rejects.toMatchObject(refused);
    await expect(other.versions.list('', signal).next()).rejects.toMatchObject(refused);
    await expect(other.uploads.begin('k', { signal, headers: {}, metadata: {} })).rejects.toMatchObject(refused);
  });

  it('of a listing is that of the bucket, also where the bucket may not be looked at', async () => {
    const other = gcs.store({ url: 'gs://nowhere' });
    gcs.server.script = ({ operation }) => (operation === 'buckets.get' ? refusal(403, 'forbidden') : undefined);
    await expect(other.listPage('')).rejects.toMatchObject({ code: 'InvalidArgument' });
  });

  it('that is not explained is one only where the bucket is there, which is asked once a minute', async () => {
    const fresh = gcs.store({ url: 'gs://state' });
    gcs.server.script = ({ operation }) => (operation === 'objects.get' ? { kind: 'answer', status: 404 } : undefined);
    const before = gcs.server.requests.of('buckets.get');
    await expect(fresh.stat('k')).rejects.toMatchObject({ code: 'NotFound' });
    await expect(fresh.stat('k')).rejects.toMatchObject({ code: 'NotFound' });
    expect(gcs.server.requests.of('buckets.get') - before).toBe(1);
  });

  it('that is not explained is one also where the bucket may not be looked at', async () => {
    const fresh = gcs.store({ url: 'gs://state' });
    gcs.server.script = ({ operation }) =>
      operation === 'buckets.get' ? refusal(403, 'forbidden') : { kind: 'answer', status: 404 };
    await expect(fresh.stat('k')).rejects.toMatchObject({ code: 'NotFound' });
  });

  it('of the bucket is believed in its own words, whatever a look at the bucket says', async () => {
    const fresh = gcs.store({ url: 'gs://state' });
    gcs.server.script = ({ operation }) =>
      operation === 'buckets.get'
        ? refusal(403, 'forbidden')
        : refusal(404, 'notFound', 'The specified bucket does not exist.');
    const refused = { code: 'InvalidArgument', reason: expect.stringContaining('no such bucket') };
    await expect(fresh.stat('k')).rejects.toMatchObject(refused);
    await expect(fresh.find('k')).rejects.toMatchObject(refused);
    await expect(fresh.delete('k')).rejects.toMatchObject(refused);
  });

  it('is not believed where the bucket cannot be asked', async () => {
    const fresh = gcs.store({ url: 'gs://state' });
    gcs.server.script = ({ operation }) =>
      operation === 'buckets.get' ? refusal(503, 'backendError') : { kind: 'answer', status: 404 };
    await expect(fresh.stat('k')).rejects.toMatchObject({ code: 'Unavailable', maybeApplied: false });
  });

  it('of what was to be deleted under a condition refuses the condition', async () => {
    await expect(store.delete('absent', { precondition: ifMatch as never })).rejects.toMatchObject({
      code: 'PreconditionFailed',
    });
  });
});

describe('the network', () => {
  it('a refused connection is Unavailable, and nothing was carried out', async () => {
    const nowhere = gcs.store({ url: 'gs://state', endpoint: 'http://127.0.0.1:9' });
    const refused = { code: 'Unavailable', maybeApplied: false };
    await expect(nowhere.write('k', textSource('x'), { precondition: ifAbsent })).rejects.toMatchObject(refused);
    await expect(nowhere.stat('k')).rejects.toMatchObject(refused);
  });

  it.each(['before', 'after'] as const)(
    'a connection that is cut %s the change is Unavailable, and the change is uncertain',
    async (when) => {
      gcs.server.script = () => ({ kind: 'cut', when });
      const key = `cut-${when}`;
      const written = store.write(key, textSource('x'), { precondition: ifAbsent });
      await expect(written).rejects.toMatchObject({ code: 'Unavailable', maybeApplied: true });
      gcs.server.script = () => undefined;
      expect((await store.find(key)) !== undefined).toBe(when === 'after');
    },
  );

  it('a document that is cut off is Unavailable', async () => {
    gcs.server.script = () => ({ kind: 'tear', bytes: 10 });
    await expect(store.listPage('')).rejects.toMatchObject({ code: 'Unavailable' });
  });

  it('a request without an answer ends when the caller gives up, and leaves no connection', async () => {
    const own = gcs.store({ url: 'gs://state' });
    await own.find('k');
    const before = gcs.server.openConnections;
    const abort = new AbortController();
    gcs.server.script = () => {
      setImmediate(() => abort.abort());
      return { kind: 'hang' };
    };
    await expect(own.stat('k', { signal: abort.signal })).rejects.toMatchObject({ code: 'Aborted' });
    gcs.server.script = () => undefined;
    await closed(before - 1);
    await store.write('after', textSource('still works'));
    expect(await textOf((await store.read('after')).body)).toBe('still works');
  });
});

/** Waits until the server has no more connections than that. */
async function closed(count: number): Promise<void> {
  while (gcs.server.openConnections > count) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

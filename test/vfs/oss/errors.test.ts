import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { textSource } from '../../../lib/vfs/body.ts';
import type { VfsErrorCode } from '../../../lib/vfs/errors.ts';
import type { Store } from '../../../lib/vfs/store.ts';
import type { Revision } from '../../../lib/vfs/types.ts';
import { type OssPlaces, startOss } from './bucket-at.ts';

let oss: OssPlaces;
let store: Store;

beforeAll(async () => {
  oss = await startOss();
  oss.server.createBucket('state');
  store = oss.store({ url: 'oss://state' });
});

afterEach(() => {
  oss.server.script = () => undefined;
});

afterAll(() => oss.close());

const codes: readonly (readonly [number, string, VfsErrorCode])[] = [
  [203, 'CallbackFailed', 'Unknown'],
  [404, 'NoSuchKey', 'NotFound'],
  [404, 'NoSuchVersion', 'NotFound'],
  [404, 'SymlinkTargetNotExist', 'NotFound'],
  [404, 'NoSuchBucket', 'InvalidArgument'],
  [412, 'PreconditionFailed', 'PreconditionFailed'],
  [403, 'AccessDenied', 'PermissionDenied'],
  [403, 'BucketDisable', 'PermissionDenied'],
  [403, 'UserDisable', 'PermissionDenied'],
  [403, 'InDebt', 'PermissionDenied'],
  [409, 'FileImmutable', 'PermissionDenied'],
  [403, 'InvalidAccessKeyId', 'Unauthenticated'],
  [403, 'SignatureDoesNotMatch', 'Unauthenticated'],
  [403, 'SecurityTokenExpired', 'Unauthenticated'],
  [403, 'InvalidSecurityToken', 'Unauthenticated'],
  [403, 'RequestTimeTooSkewed', 'Unauthenticated'],
  [401, 'Whatever', 'Unauthenticated'],
  [503, 'ServiceUnavailable', 'RateLimited'],
  [503, 'TotalQpsLimitExceeded', 'RateLimited'],
  [503, 'DownloadTrafficRateLimitExceeded', 'RateLimited'],
  [429, 'QpsLimitExceeded', 'RateLimited'],
  [500, 'InternalError', 'Unavailable'],
  [502, 'Whatever', 'Unavailable'],
  [400, 'RequestTimeout', 'Unavailable'],
  [400, 'InvalidDigest', 'ChecksumMismatch'],
  [400, 'EntityTooLarge', 'TooLarge'],
  [413, 'Whatever', 'TooLarge'],
  [416, 'InvalidRange', 'InvalidArgument'],
  [400, 'InvalidObjectName', 'InvalidArgument'],
  [403, 'InvalidObjectState', 'InvalidArgument'],
  [301, 'Whatever', 'InvalidArgument'],
  [400, 'NotImplemented', 'Unsupported'],
  [405, 'MethodNotAllowed', 'Unsupported'],
  [409, 'Whatever', 'Unknown'],
  [418, 'Teapot', 'Unknown'],
];

describe('the table of errors', () => {
  it.each(codes)('%i %s is %s', async (status, code, expected) => {
    oss.server.script = () => ({ status, code });
    await expect(store.read('k')).rejects.toMatchObject({
      code: expected,
      operation: 'read',
      target: 'oss://state/k',
      message: expect.stringContaining(code),
    });
  });

  it.each(codes)('%i %s is %s to HEAD, which says why in a header', async (status, code, expected) => {
    oss.server.script = () => ({ status, code });
    await expect(store.stat('k')).rejects.toMatchObject({ code: expected, message: expect.stringContaining(code) });
  });

  it.each([
    [403, 'PermissionDenied'],
    [412, 'PreconditionFailed'],
    [500, 'Unavailable'],
    [503, 'RateLimited'],
  ])('a status alone says enough: %i is %s', async (status, code) => {
    oss.server.script = () => ({ status });
    await expect(store.stat('k')).rejects.toMatchObject({ code });
    await expect(store.read('k')).rejects.toMatchObject({ code });
  });

  it('names the request, so that its owner finds it', async () => {
    oss.server.script = () => ({ status: 500, code: 'InternalError' });
    await expect(store.read('k')).rejects.toThrow(
      /^read oss:\/\/state\/k: InternalError \(500\): as the test says: InternalError \[request [0-9A-F]+\]$/,
    );
  });

  it('says how long to wait', async () => {
    oss.server.script = () => ({ status: 503, code: 'ServiceUnavailable', headers: { 'Retry-After': '3' } });
    await expect(store.read('k')).rejects.toMatchObject({ code: 'RateLimited', retryAfterMs: 3000 });
  });

  it('holds no signature, no key and no token', async () => {
    oss.server.script = () => ({ status: 403, code: 'SignatureDoesNotMatch' });
    const error = await store.read('k').catch((reason: unknown) => reason);
    expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/Signature=|Credential=|secret-of-the-owner/);
  });
});

describe('a refused overwrite', () => {
  it('of a write with "if-absent" is AlreadyExists', async () => {
    oss.server.script = ({ operation }) =>
      operation === 'PutObject' ? { status: 409, code: 'FileAlreadyExists' } : undefined;
    const write = store.write('k', textSource('x'), { precondition: { kind: 'if-absent' } });
    await expect(write).rejects.toMatchObject({ code: 'AlreadyExists', attempted: false, maybeApplied: false });
  });

  it('of any other write is a rule of the bucket', async () => {
    oss.server.script = () => ({ status: 409, code: 'FileAlreadyExists' });
    await expect(store.write('k', textSource('x'))).rejects.toMatchObject({
      code: 'PermissionDenied',
      message: expect.stringContaining('a rule of the bucket forbids to overwrite'),
    });
  });
});

describe('a bucket that is not there', () => {
  const missing = () => oss.store({ url: 'oss://no-such-bucket' });
  const noBucket = { code: 'InvalidArgument', message: expect.stringContaining('there is no such bucket') };

  it('is no absence of a key, whatever is asked', async () => {
    const nowhere = missing();
    await expect(nowhere.stat('k')).rejects.toMatchObject(noBucket);
    await expect(nowhere.find('k')).rejects.toMatchObject(noBucket);
    await expect(nowhere.read('k')).rejects.toMatchObject(noBucket);
    await expect(nowhere.delete('k')).rejects.toMatchObject(noBucket);
    await expect(nowhere.listPage('')).rejects.toMatchObject(noBucket);
    await expect(nowhere.write('k', textSource('x'))).rejects.toMatchObject(noBucket);
  });

  it('is asked for where a 404 does not say what is missing, once a minute', async () => {
    const silent = await startOss({ headErrors: false });
    silent.server.createBucket('state');
    await expect(silent.store({ url: 'oss://no-such-bucket' }).find('k')).rejects.toMatchObject(noBucket);
    silent.server.requests.reset();
    const own = silent.store({ url: 'oss://state' });
    expect(await own.find('a')).toBeUndefined();
    expect(await own.find('b')).toBeUndefined();
    expect(silent.server.requests.snapshot()).toEqual({ HeadObject: 2, ListObjectsV2: 1 });
    await silent.close();
  });

  it('a question about the bucket that fails leaves the key undecided', async () => {
    const silent = await startOss({ headErrors: false });
    silent.server.createBucket('state');
    silent.server.script = ({ operation }) => (operation === 'ListObjectsV2' ? 'cut' : undefined);
    await expect(silent.store({ url: 'oss://state' }).find('k')).rejects.toMatchObject({ code: 'Unavailable' });
    await silent.close();
  });
});

describe('a bucket in another region', () => {
  it('is named with its address', async () => {
    oss.server.createBucket('far-away', { region: 'eu-central-1' });
    await expect(oss.store({ url: 'oss://far-away' }).stat('k')).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringContaining('the bucket is reached at oss-eu-central-1.aliyuncs.com; set "region"'),
    });
  });
});

describe('the network', () => {
  it('a connection that is refused sent nothing', async () => {
    const elsewhere = oss.store({ url: 'oss://state', endpoint: 'http://127.0.0.1:1' });
    const refused = { code: 'Unavailable', maybeApplied: false, message: expect.stringContaining('ECONNREFUSED') };
    await expect(elsewhere.write('k', textSource('x'))).rejects.toMatchObject(refused);
  });

  it('a server that speaks no TLS is not spoken to in plain words', async () => {
    oss.server.requests.reset();
    const secure = oss.store({ url: 'oss://state', endpoint: oss.server.endpoint.replace('http:', 'https:') });
    await expect(secure.write('k', textSource('x'))).rejects.toMatchObject({ code: 'Unavailable' });
    expect(oss.server.requests.total).toBe(0);
  });

  it('a connection that is cut may have brought the request', async () => {
    oss.server.script = (_, phase) => (phase === 'after' ? 'cut' : undefined);
    await expect(store.write('lost', textSource('x'))).rejects.toMatchObject({
      code: 'Unavailable',
      maybeApplied: true,
    });
    oss.server.script = () => undefined;
    expect((await store.stat('lost')).size).toBe(1);
  });
});

describe('a key that OSS does not hold', () => {
  it('is refused before anything is sent', async () => {
    oss.server.requests.reset();
    const refused = { code: 'InvalidArgument', message: expect.stringContaining('backslash') };
    await expect(store.write('\\k', textSource('x'))).rejects.toMatchObject(refused);
    await expect(store.read('\\k', { ifMatch: 'r' as Revision })).rejects.toMatchObject(refused);
    await expect(store.delete('\\k')).rejects.toMatchObject(refused);
    expect(oss.server.requests.total).toBe(0);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { textSource } from '../../../lib/vfs/body.ts';
import { isVfsError, type VfsError } from '../../../lib/vfs/errors.ts';
import type { Precondition, Revision } from '../../../lib/vfs/types.ts';
import type { Fault } from '../../loopback/azurite/front.ts';
import { refusal, type Scripted, startScripted } from './scripted.ts';

const ifAbsent: Precondition = { kind: 'if-absent' };
const ifMatch = { kind: 'if-match', revision: '0x1' as Revision } as const;

let answer: Fault;
let scripted: Scripted;
beforeAll(async () => {
  scripted = await startScripted(() => answer);
});
beforeEach(() => {
  scripted.front.received.length = 0;
});
afterAll(() => scripted.close());

async function failureOf(call: Promise<unknown>): Promise<VfsError> {
  const error: unknown = await call.catch((caught: unknown) => caught);
  if (!isVfsError(error)) {
    throw error;
  }
  return error;
}

describe('a refusal of the service', () => {
  it.each([
    [404, 'BlobNotFound', 'NotFound'],
    [404, 'ContainerNotFound', 'InvalidArgument'],
    [409, 'ContainerBeingDeleted', 'InvalidArgument'],
    [404, 'ResourceNotFound', 'InvalidArgument'],
    [401, 'NoAuthenticationInformation', 'Unauthenticated'],
    [401, 'InvalidAuthenticationInfo', 'Unauthenticated'],
    [403, 'AuthenticationFailed', 'Unauthenticated'],
    [403, 'KeyBasedAuthenticationNotPermitted', 'Unauthenticated'],
    [403, 'AuthorizationPermissionMismatch', 'PermissionDenied'],
    [403, 'AuthorizationFailure', 'PermissionDenied'],
    [403, 'InsufficientAccountPermissions', 'PermissionDenied'],
    [403, 'SomethingNew', 'PermissionDenied'],
    [409, 'BlobArchived', 'InvalidArgument'],
    [503, 'ServerBusy', 'RateLimited'],
    [500, 'OperationTimedOut', 'Unavailable'],
    [500, 'InternalError', 'Unavailable'],
    [501, 'APINotImplemented', 'Unsupported'],
    [416, 'InvalidRange', 'InvalidArgument'],
    [418, 'SomethingNew', 'Unknown'],
  ])('of a stat with %i %s is %s', async (status, code, expected) => {
    answer = refusal(status, code);
    const error = await failureOf(scripted.store.stat('k'));
    expect(error.code).toBe(expected);
    expect(error.message).toMatch(`stat azureblob://account/state/k: ${code} (${status}) [request front]`);
  });

  it.each([
    [412, 'ConditionNotMet', ifAbsent, 'AlreadyExists'],
    [409, 'BlobAlreadyExists', ifAbsent, 'AlreadyExists'],
    [412, 'ConditionNotMet', ifMatch, 'PreconditionFailed'],
    [404, 'BlobNotFound', ifMatch, 'PreconditionFailed'],
    [412, 'LeaseIdMissing', ifAbsent, 'Unavailable'],
    [412, 'LeaseIdMissing', ifMatch, 'Unavailable'],
    [409, 'BlobImmutableDueToPolicy', ifMatch, 'PermissionDenied'],
    [409, 'InvalidBlobType', ifMatch, 'InvalidArgument'],
    [409, 'ResourceTypeMismatch', ifAbsent, 'InvalidArgument'],
    [404, 'ContainerNotFound', ifMatch, 'InvalidArgument'],
    [400, 'Md5Mismatch', ifAbsent, 'ChecksumMismatch'],
    [413, 'RequestBodyTooLarge', ifAbsent, 'TooLarge'],
    [400, 'MetadataTooLarge', ifAbsent, 'TooLarge'],
  ])('of a write with %i %s under %j is %s', async (status, code, precondition, expected) => {
    answer = refusal(status, code);
    const error = await failureOf(scripted.store.write('k', textSource('text'), { precondition }));
    expect(error.code).toBe(expected);
    expect(error.maybeApplied).toBe(false);
    expect(error.reason).toMatch(`${code} (${status}): Words of the service. [request front]`);
  });

  it('that is a lease says so, and is no broken condition that would be tried again at once', async () => {
    answer = refusal(412, 'LeaseIdMissing');
    const { reason } = await failureOf(scripted.store.delete('k', { precondition: ifMatch }));
    expect(reason).toMatch(/somebody holds a lease on the blob; wait until it ends, or break it$/);
  });

  it('of a delete because of snapshots says so', async () => {
    answer = refusal(409, 'SnapshotsPresent');
    const error = await failureOf(scripted.store.delete('k'));
    expect(error).toMatchObject({ code: 'InvalidArgument' });
    expect(error.reason).toMatch(/the blob has snapshots, which a delete would take with it; remove them first$/);
  });

  it('says for how long to wait', async () => {
    answer = refusal(503, 'ServerBusy', { 'retry-after': '3' });
    expect(await failureOf(scripted.store.stat('k'))).toMatchObject({ code: 'RateLimited', retryAfterMs: 3000 });
  });

  it('is asked for once: the SDK repeats nothing', async () => {
    for (const status of [500, 503, 408]) {
      answer = { answer: status };
      await failureOf(scripted.store.stat('k'));
      await failureOf(scripted.store.listPage(''));
    }
    answer = 'cut before';
    await failureOf(scripted.store.stat('k'));
    expect(scripted.front.received).toHaveLength(7);
  });
});

describe('an answer that is not of the service', () => {
  it.each([
    [404, 'InvalidArgument'],
    [403, 'PermissionDenied'],
    [502, 'Unavailable'],
    [302, 'Unknown'],
  ])('with status %i is %s, and never absence', async (status, code) => {
    answer = { answer: status, headers: { 'content-type': 'text/html' }, body: '<html>hush</html>' };
    for (const call of ['stat', 'read', 'delete'] as const) {
      const error = await failureOf(scripted.store[call]('k'));
      expect(error.code).toBe(code);
      expect(error.message).not.toContain('hush');
    }
  });

  it.each([
    ['a page', 'text/html', '<html>hush</html>', 'Unknown'],
    ['other XML', 'application/xml', '<Other>hush</Other>', 'Unknown'],
    ['a listing that was cut', 'application/xml', '<EnumerationResults><Blobs><Blob><Name>hush', 'Unavailable'],
    ['nothing', 'application/xml', '', 'Unknown'],
  ])('as %s is no listing', async (_, type, body, code) => {
    answer = { answer: 200, headers: { 'content-type': type }, body };
    const error = await failureOf(scripted.store.listPage(''));
    expect(error.code).toBe(code);
    expect(error.message).not.toContain('hush');
  });

  it('without an ETag or a length is no object', async () => {
    answer = { answer: 200, headers: { 'content-length': '4' } };
    expect((await failureOf(scripted.store.stat('k'))).reason).toBe('the store answered without an ETag');
    answer = { answer: 200, headers: { etag: '"0x1"' } };
    expect((await failureOf(scripted.store.stat('k'))).reason).toBe(
      'the store answered without the length of the content',
    );
  });
});

describe('the network', () => {
  it('that breaks leaves open whether a write happened', async () => {
    answer = 'cut before';
    const error = await failureOf(scripted.store.write('k', textSource('text')));
    expect(error).toMatchObject({ code: 'Unavailable', maybeApplied: true });
  });

  it('that does not reach the service has carried nothing', async () => {
    const gone = await startScripted(() => undefined);
    await gone.front.close();
    const error = await failureOf(gone.store.write('k', textSource('text')));
    expect(error).toMatchObject({ code: 'Unavailable', maybeApplied: false });
    expect(error.reason).toMatch(/^ECONNREFUSED: /);
    await gone.close();
  });

  it('carries no value that is no header', async () => {
    const error = await failureOf(scripted.store.write('k', textSource('text'), { headers: { contentType: 'a\nb' } }));
    expect(error).toMatchObject({ code: 'InvalidArgument' });
    expect(scripted.front.received).toEqual([]);
  });
});

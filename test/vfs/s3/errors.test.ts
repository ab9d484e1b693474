import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { CredentialsError } from '../../../lib/vfs/credentials-error.ts';
import type { VfsErrorCode } from '../../../lib/vfs/errors.ts';
import { isUnexplained404, toVfsError } from '../../../lib/vfs/s3/errors.ts';
import type { Precondition, Revision } from '../../../lib/vfs/types.ts';

const attempt = { operation: 'write', target: 's3://state/key' };
const ifAbsent: Precondition = { kind: 'if-absent' };
const ifMatch: Precondition = { kind: 'if-match', revision: 'r' as Revision };

/** An error as the SDK makes it of an answer. */
function answered(status: number, name: string, headers: Record<string, string> = {}, more: object = {}) {
  const error = Object.assign(new Error(`said ${name}`), { name, $fault: 'client', ...more });
  Object.assign(error, { $metadata: { httpStatusCode: status, requestId: 'REQ' } });
  Object.defineProperty(error, '$response', { value: { statusCode: status, headers }, enumerable: false });
  return error;
}

function failed(code: string, name = 'Error') {
  return Object.assign(new Error('connection broke'), { code, name, $metadata: { attempts: 1 } });
}

describe('the table of errors', () => {
  const codes: readonly (readonly [number, string, VfsErrorCode])[] = [
    [404, 'NoSuchKey', 'NotFound'],
    [404, 'NoSuchVersion', 'NotFound'],
    [404, 'NoSuchUpload', 'NotFound'],
    [404, 'NotFound', 'NotFound'],
    [404, 'NoSuchBucket', 'InvalidArgument'],
    [412, 'PreconditionFailed', 'PreconditionFailed'],
    [412, 'Unknown', 'PreconditionFailed'],
    [409, 'ConditionalRequestConflict', 'PreconditionFailed'],
    [409, 'OperationAborted', 'Unavailable'],
    [403, 'AccessDenied', 'PermissionDenied'],
    [403, 'Forbidden', 'PermissionDenied'],
    [400, 'KMS.DisabledException', 'PermissionDenied'],
    [403, 'InvalidAccessKeyId', 'Unauthenticated'],
    [403, 'SignatureDoesNotMatch', 'Unauthenticated'],
    [403, 'RequestTimeTooSkewed', 'Unauthenticated'],
    [400, 'ExpiredToken', 'Unauthenticated'],
    [400, 'InvalidToken', 'Unauthenticated'],
    [401, 'Unauthorized', 'Unauthenticated'],
    [503, 'SlowDown', 'RateLimited'],
    [503, 'ServiceUnavailable', 'RateLimited'],
    [503, 'Unknown', 'RateLimited'],
    [429, 'TooManyRequests', 'RateLimited'],
    [400, 'RequestTimeout', 'Unavailable'],
    [500, 'InternalError', 'Unavailable'],
    [200, 'InternalError', 'Unavailable'],
    [502, 'Unknown', 'Unavailable'],
    [504, 'Unknown', 'Unavailable'],
    [400, 'BadDigest', 'ChecksumMismatch'],
    [400, 'XAmzContentSHA256Mismatch', 'ChecksumMismatch'],
    [400, 'IncompleteBody', 'Unavailable'],
    [400, 'EntityTooLarge', 'TooLarge'],
    [413, 'Unknown', 'TooLarge'],
    [403, 'QuotaExceeded', 'TooLarge'],
    [400, 'EntityTooSmall', 'InvalidArgument'],
    [400, 'InvalidPart', 'InvalidArgument'],
    [416, 'InvalidRange', 'InvalidArgument'],
    [301, 'PermanentRedirect', 'InvalidArgument'],
    [400, 'AuthorizationHeaderMalformed', 'InvalidArgument'],
    [400, 'AccessControlListNotSupported', 'InvalidArgument'],
    [403, 'InvalidObjectState', 'InvalidArgument'],
    [501, 'NotImplemented', 'Unsupported'],
    [405, 'MethodNotAllowed', 'Unsupported'],
    [418, 'Teapot', 'Unknown'],
  ];

  it.each(codes)('%i %s is %s', (status, name, code) => {
    expect(toVfsError(answered(status, name), attempt)).toMatchObject({ code, ...attempt });
  });

  it.each([
    ['ECONNREFUSED', false],
    ['ENOTFOUND', false],
    ['EAI_AGAIN', false],
    ['ENETUNREACH', false],
    ['ECONNRESET', true],
    ['EPIPE', true],
    ['ETIMEDOUT', true],
    ['HPE_INVALID_CONSTANT', true],
  ])('%s is Unavailable, and the request may have been carried out: %s', (code, maybeApplied) => {
    expect(toVfsError(failed(code), attempt)).toMatchObject({ code: 'Unavailable', maybeApplied, retryable: true });
  });

  it('a time-out of the SDK is Unavailable', () => {
    expect(toVfsError(Object.assign(new Error('late'), { name: 'TimeoutError' }), attempt).code).toBe('Unavailable');
  });

  it('a throttled request was not carried out, a failed one may have been', () => {
    expect(toVfsError(answered(503, 'SlowDown'), attempt).maybeApplied).toBe(false);
    expect(toVfsError(answered(500, 'InternalError'), attempt).maybeApplied).toBe(true);
  });

  it.each([
    [412, 'PreconditionFailed'],
    [409, 'ConditionalRequestConflict'],
  ])('%i %s refuses "if-absent" as AlreadyExists and "if-match" as PreconditionFailed', (status, name) => {
    const error = answered(status, name);
    expect(toVfsError(error, { ...attempt, precondition: ifAbsent }).code).toBe('AlreadyExists');
    expect(toVfsError(error, { ...attempt, precondition: ifMatch }).code).toBe('PreconditionFailed');
  });

  it('a 404 under "if-match" refuses the condition, unless the bucket or the upload is what is missing', () => {
    const conditional = { ...attempt, precondition: ifMatch };
    expect(toVfsError(answered(404, 'NoSuchKey'), conditional).code).toBe('PreconditionFailed');
    expect(toVfsError(answered(404, 'NoSuchBucket'), conditional).code).toBe('InvalidArgument');
    expect(toVfsError(answered(404, 'NoSuchUpload'), conditional).code).toBe('NotFound');
  });

  it('a condition on the source of a copy is no statement about the destination', () => {
    const error = answered(412, 'PreconditionFailed', {}, { Condition: 'x-amz-copy-source-If-Match' });
    expect(toVfsError(error, { ...attempt, precondition: ifAbsent }).code).toBe('PreconditionFailed');
  });

  it.each([
    [{ 'retry-after': '7' }, 7000],
    [{ 'retry-after': 'Wed, 21 Oct 2015 07:28:05 GMT', date: 'Wed, 21 Oct 2015 07:28:00 GMT' }, 5000],
    [{ 'retry-after': 'Wed, 21 Oct 2015 07:28:05 GMT' }, undefined],
    [{}, undefined],
  ])('reads Retry-After of %j as %s ms', (headers, retryAfterMs) => {
    expect(toVfsError(answered(503, 'SlowDown', headers as Record<string, string>), attempt).retryAfterMs).toBe(
      retryAfterMs,
    );
  });

  it('says what the store said, what to do, and the id of the request', () => {
    const { message } = toVfsError(answered(403, 'RequestTimeTooSkewed'), attempt);
    expect(message).toBe(
      'write s3://state/key: RequestTimeTooSkewed (403): said RequestTimeTooSkewed [request REQ]; the clock of this machine is wrong',
    );
  });

  it('does not quote the parser where the answer was no XML', () => {
    const error = Object.assign(new Error('XML parse error\n  Deserialization error: to see …'), {
      $metadata: { httpStatusCode: 502 },
    });
    expect(toVfsError(error, attempt).message).toBe(
      'write s3://state/key: status 502, with an answer that is not of S3',
    );
  });

  it('keeps nothing of the request that was signed', () => {
    const error = answered(
      403,
      'SignatureDoesNotMatch',
      {},
      {
        StringToSign: 'x-amz-security-token:hidden-value',
        CanonicalRequest: 'hidden-value',
      },
    );
    expect(inspect(toVfsError(error, attempt), { depth: 10, showHidden: true })).not.toContain('hidden-value');
  });

  it('lack of credentials never counts as carried out', () => {
    const error = new CredentialsError('Unavailable', 'the token service is down');
    expect(toVfsError(error, attempt)).toMatchObject({ code: 'Unavailable', maybeApplied: false });
  });
});

describe('a 400 without a word, as of a HEAD', () => {
  it('is for lack of valid credentials, or of the right region', () => {
    const error = answered(400, 'Unknown');
    expect(toVfsError(error, attempt)).toMatchObject({
      code: 'Unauthenticated',
      reason: expect.stringContaining('credentials that have expired'),
    });
  });

  it('is for the region where the answer names another', () => {
    const error = answered(400, 'Unknown', { 'x-amz-bucket-region': 'eu-west-1' });
    expect(toVfsError(error, attempt)).toMatchObject({
      code: 'InvalidArgument',
      reason: expect.stringContaining('the bucket lies in eu-west-1; set "region"'),
    });
  });
});

describe('a 404 that proves nothing', () => {
  it.each([
    ['of a HEAD', answered(404, 'NotFound'), true],
    ['of a page that is no S3', answered(404, 'UnknownError'), true],
    ['that names the key', answered(404, 'NoSuchKey'), false],
    ['that names the bucket', answered(404, 'NoSuchBucket'), false],
    ['of a delete marker', answered(404, 'NotFound', { 'x-amz-delete-marker': 'true' }), false],
    ['that is a 403', answered(403, 'Forbidden'), false],
  ])('%s', (_, error, unexplained) => {
    expect(isUnexplained404(error)).toBe(unexplained);
  });
});

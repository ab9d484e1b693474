import { describe, expect, it } from '@jest/globals';
import { CredentialsError } from '../../../lib/vfs/credentials-error.ts';
import type { VfsErrorCode } from '../../../lib/vfs/errors.ts';
import { ApiFailure, type ApiStatus, toVfsError } from '../../../lib/vfs/kubernetes/errors.ts';
import type { Precondition, Revision } from '../../../lib/vfs/types.ts';

const attempt = { operation: 'write', target: 'k8s:///state/key' };
const ifAbsent: Precondition = { kind: 'if-absent' };
const ifMatch: Precondition = { kind: 'if-match', revision: 'u.1' as Revision };
const ofSecrets = { kind: 'secrets' };

function meaning(status: number, said?: ApiStatus, precondition?: Precondition) {
  return toVfsError(new ApiFailure(status, said), { ...attempt, ...(precondition && { precondition }) });
}

describe('the table of errors', () => {
  const rows: readonly (readonly [number, ApiStatus, VfsErrorCode])[] = [
    [404, { reason: 'NotFound', details: ofSecrets }, 'NotFound'],
    [404, { reason: 'NotFound', details: { kind: 'namespaces' } }, 'InvalidArgument'],
    [404, { reason: 'NotFound', details: {} }, 'InvalidArgument'],
    [409, { reason: 'AlreadyExists', details: ofSecrets }, 'AlreadyExists'],
    [409, { reason: 'Conflict', details: ofSecrets }, 'Unavailable'],
    [401, { reason: 'Unauthorized' }, 'Unauthenticated'],
    [403, { reason: 'Forbidden' }, 'PermissionDenied'],
    [403, { reason: 'Forbidden', message: 'exceeded quota: objects, requested: secrets=1' }, 'TooLarge'],
    [400, { reason: 'BadRequest' }, 'InvalidArgument'],
    [422, { reason: 'Invalid' }, 'InvalidArgument'],
    [422, { reason: 'Invalid', details: { causes: [{ reason: 'FieldValueTooLong' }] } }, 'TooLarge'],
    [413, { reason: 'RequestEntityTooLarge' }, 'TooLarge'],
    [405, { reason: 'MethodNotAllowed' }, 'Unsupported'],
    [406, { reason: 'NotAcceptable' }, 'Unsupported'],
    [415, { reason: 'UnsupportedMediaType' }, 'Unsupported'],
    [410, { reason: 'Expired' }, 'Unavailable'],
    [410, { reason: 'Gone' }, 'Unavailable'],
    [429, { reason: 'TooManyRequests' }, 'RateLimited'],
    [500, { reason: 'InternalError' }, 'Unavailable'],
    [500, { reason: 'ServerTimeout' }, 'Unavailable'],
    [500, {}, 'Unavailable'],
    [503, { reason: 'ServiceUnavailable' }, 'Unavailable'],
    [504, { reason: 'Timeout' }, 'Unavailable'],
  ];

  it.each(rows)('%i %j is %s', (status, said, code) => {
    expect(meaning(status, said)).toMatchObject({ code, operation: 'write', target: 'k8s:///state/key' });
  });

  const others: readonly (readonly [number, VfsErrorCode])[] = [
    [302, 'InvalidArgument'],
    [401, 'Unauthenticated'],
    [403, 'PermissionDenied'],
    [404, 'InvalidArgument'],
    [413, 'TooLarge'],
    [429, 'RateLimited'],
    [502, 'Unavailable'],
    [503, 'Unavailable'],
    [504, 'Unavailable'],
    [418, 'Unknown'],
  ];

  it.each(others)('%i of something that is no API server is %s', (status, code) => {
    expect(meaning(status)).toMatchObject({ code, reason: expect.stringContaining('not of Kubernetes') });
  });

  it('a 404 that is not of Kubernetes says what to look at', () => {
    expect(meaning(404).reason).toContain('look at the server in the kubeconfig');
    expect(meaning(404, { reason: 'NotFound', details: {} }).reason).toContain('look at the server in the kubeconfig');
  });

  const ofNetwork: readonly (readonly [string, VfsErrorCode, boolean])[] = [
    ['ECONNREFUSED', 'Unavailable', false],
    ['ENOTFOUND', 'Unavailable', false],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'Unavailable', false],
    ['ECONNRESET', 'Unavailable', true],
    ['EPIPE', 'Unavailable', true],
  ];

  it.each(ofNetwork)('%s is %s, and the request may have been carried out: %s', (code, expected, maybeApplied) => {
    const error = toVfsError(Object.assign(new Error('broke'), { code }), attempt);
    expect(error).toMatchObject({ code: expected, maybeApplied });
  });

  it('a conflict is a refused condition where there is one', () => {
    expect(meaning(409, { reason: 'Conflict' }, ifMatch).code).toBe('PreconditionFailed');
    expect(meaning(409, { reason: 'Conflict' }, ifAbsent)).toMatchObject({ code: 'Unavailable', maybeApplied: false });
    expect(meaning(404, { reason: 'NotFound', details: ofSecrets }, ifMatch).code).toBe('PreconditionFailed');
    const ofNamespace = { reason: 'NotFound', details: { kind: 'namespaces' } };
    expect(meaning(404, ofNamespace, ifMatch).code).toBe('InvalidArgument');
  });

  it('a refusal of RBAC names what is missing', () => {
    const message =
      'secrets is forbidden: User "u" cannot list resource "secrets" in API group "" in the namespace "n"';
    const { reason } = meaning(403, { reason: 'Forbidden', message });
    expect(reason).toBe(`Forbidden (403): ${message}; a Role that allows the verb "list" on "secrets" is missing`);
  });

  it('what is no answer of Kubernetes, and what other failures say, is not repeated', () => {
    expect(meaning(502).message).not.toContain('502 Bad Gateway');
    const quoting = new TypeError('Authorization: Bearer secret-77');
    expect(toVfsError(quoting, attempt)).toMatchObject({ code: 'Unknown', reason: 'TypeError', cause: undefined });
  });

  it('missing credentials come before the request', () => {
    const error = toVfsError(new CredentialsError('Unauthenticated', 'no kubeconfig'), attempt);
    expect(error).toMatchObject({ code: 'Unauthenticated', reason: 'no kubeconfig', maybeApplied: false });
  });
});

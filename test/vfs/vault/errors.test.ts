import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { textSource } from '../../../lib/vfs/body.ts';
import { CredentialsError } from '../../../lib/vfs/credentials-error.ts';
import type { VfsErrorCode } from '../../../lib/vfs/errors.ts';
import { toVfsError } from '../../../lib/vfs/vault/errors.ts';
import { VaultRefusal } from '../../../lib/vfs/vault/refusal.ts';
import type { Fault } from '../../loopback/vault/script.ts';
import { failureOf } from './failures.ts';
import { type LocalVault, startLocalVault } from './local-vault.ts';

const attempt = { operation: 'write', target: 'vault://vault/kv/a' };
const refusal = (status: number, ...errors: string[]) => new VaultRefusal({ status, body: { errors } });

describe('the table of errors', () => {
  it.each<[number, string[], VfsErrorCode, boolean]>([
    [400, ['check-and-set parameter did not match the current version'], 'PreconditionFailed', false],
    [400, ['no data provided'], 'InvalidArgument', false],
    [400, ['Upgrading from non-versioned to versioned data. This backend will be unavailable'], 'Unavailable', false],
    [400, ['missing client token'], 'Unauthenticated', false],
    [403, ['1 error occurred:\n\t* permission denied\n\n'], 'PermissionDenied', false],
    [403, ['2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n'], 'Unauthenticated', false],
    [404, [], 'NotFound', false],
    [404, ['no handler for route "kv/data/a". route entry not found.'], 'InvalidArgument', false],
    [404, ['unsupported path'], 'InvalidArgument', false],
    [404, ['something else'], 'InvalidArgument', false],
    [405, ['unsupported operation'], 'Unsupported', false],
    [412, ['required index state not present'], 'Unavailable', false],
    [413, ['http: request body too large'], 'TooLarge', false],
    [429, ['request path "kv/data/a": rate limit quota exceeded'], 'RateLimited', false],
    [472, [], 'Unavailable', false],
    [473, [], 'Unavailable', false],
    [500, ['internal error'], 'Unavailable', true],
    [500, ['put failed due to value being too large; got 1048620 bytes, max: 1048576 bytes'], 'TooLarge', false],
    [500, ['Value exceeds 524288 byte limit'], 'TooLarge', false],
    [500, ['JSON string value exceeds allowed length'], 'TooLarge', false],
    [500, ['local node not active but active cluster node not found'], 'Unavailable', false],
    [501, [], 'Unavailable', false],
    [502, [], 'Unavailable', true],
    [503, ['Vault is sealed'], 'Unavailable', false],
    [503, ['the load balancer gave up'], 'Unavailable', true],
    [307, [], 'InvalidArgument', false],
    [418, ['teapot'], 'Unknown', true],
  ])('%i %j is %s, and may have been carried out: %s', (status, errors, code, maybeApplied) => {
    expect(toVfsError(refusal(status, ...errors), attempt)).toMatchObject({ code, maybeApplied, ...attempt });
  });

  it.each([
    ['ECONNREFUSED', 'Unavailable', false],
    ['ENOTFOUND', 'Unavailable', false],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'Unavailable', false],
    ['ECONNRESET', 'Unavailable', true],
    ['EPIPE', 'Unavailable', true],
    ['ETIMEDOUT', 'Unavailable', true],
    ['EPROTO', 'InvalidArgument', false],
  ])('%s is %s, and may have been carried out: %s', (code, meaning, maybeApplied) => {
    const error = Object.assign(new Error('broke'), { code });
    expect(toVfsError(error, attempt)).toMatchObject({ code: meaning, maybeApplied });
  });

  it('a 404 that is not of Vault proves no absence', () => {
    const error = toVfsError(new VaultRefusal({ status: 404, body: undefined }), attempt);
    expect(error).toMatchObject({ code: 'InvalidArgument' });
    expect(error.message).toContain('status 404, with an answer that is not of Vault');
  });

  it('lack of credentials never counts as carried out', () => {
    const error = new CredentialsError('Unavailable', 'the login failed');
    expect(toVfsError(error, attempt)).toMatchObject({ code: 'Unavailable', maybeApplied: false });
  });

  it('quotes Vault on one line, and nothing that it passes on of AWS', () => {
    const error = refusal(
      400,
      'error making upstream request:\n\treceived error code 403 from STS: <Error>hidden</Error>',
    );
    expect(toVfsError(error, attempt).reason).toBe(
      'status 400: error making upstream request: received error code 403 from STS:',
    );
    expect(toVfsError(refusal(500, 'x'.repeat(1000)), attempt).reason.length).toBeLessThan(400);
  });
});

describe('answers over HTTP', () => {
  let local: LocalVault;

  beforeAll(async () => {
    local = await startLocalVault();
  });

  afterAll(() => local.close());

  /** What a stat rejects with when this is answered to the read. */
  async function statFailure(fault: Fault) {
    const store = local.store();
    await store.write('a', textSource('x'));
    local.vault.script = ({ operation }) => (operation === 'read' ? fault : undefined);
    try {
      return await failureOf(store.stat('a'), [local.root]);
    } finally {
      local.vault.script = () => undefined;
    }
  }

  it.each([
    [{ 'retry-after': '7' }, 7000],
    [{ 'retry-after': 'Wed, 21 Oct 2015 07:28:05 GMT', date: 'Wed, 21 Oct 2015 07:28:00 GMT' }, 5000],
    [{}, undefined],
  ])('a quota that is used up is RateLimited; Retry-After of %j asks for %s ms', async (headers, retryAfterMs) => {
    const fault = { kind: 'answer', status: 429, errors: ['rate limit quota exceeded'], headers } as Fault;
    expect(await statFailure(fault)).toMatchObject({ code: 'RateLimited', retryAfterMs });
  });

  it('a page of something else is never taken for an answer', async () => {
    const page = { kind: 'answer', text: '<html>not Vault</html>', headers: { 'content-type': 'text/html' } } as const;
    expect(await statFailure({ ...page, status: 404 })).toMatchObject({ code: 'InvalidArgument' });
    expect(await statFailure({ ...page, status: 200 })).toMatchObject({ code: 'Unknown' });
    expect(await statFailure({ ...page, status: 503 })).toMatchObject({ code: 'Unavailable' });
  });

  it('TLS is asked for where there is none, and the other way round, with what to write', async () => {
    const tls = local.store({ url: `vault://${local.vault.host}/kv/` });
    expect((await failureOf(tls.stat('a'))).message).toContain(
      'the server speaks no TLS; "?tls=false" in the URL says so',
    );
    const text = 'Client sent an HTTP request to an HTTPS server.\n';
    expect((await statFailure({ kind: 'answer', status: 400, text })).message).toContain(
      'remove "?tls=false" from the URL',
    );
  });

  it('a sealed Vault is Unavailable, and says what it needs', async () => {
    const store = local.store();
    await store.find('a');
    local.vault.sealed = true;
    const error = await failureOf(store.write('a', textSource('x')));
    local.vault.sealed = false;
    expect(error).toMatchObject({ code: 'Unavailable', maybeApplied: false, retryable: true });
    expect(error.message).toContain('it has to be unsealed');
  });

  it('nobody at the address is Unavailable, and nothing was sent', async () => {
    const gone = await startLocalVault();
    const { host } = gone.vault;
    await gone.close();
    const error = await failureOf(local.store({ url: `vault://${host}/kv/?tls=false` }).write('a', textSource('x')));
    expect(error).toMatchObject({ code: 'Unavailable', maybeApplied: false });
  });
});

describe('the mount', () => {
  it.each([
    ['is not there', 'none', 'nothing is mounted there'],
    [
      'is a KV of version 1',
      'kv1',
      'the mount kv1/ is of type kv version 1; a store needs a KV secrets engine of version 2',
    ],
    ['is no KV', 'pki', 'the mount pki/ is of type pki; a store needs a KV secrets engine of version 2'],
  ])('that %s is no absence of every key, and nothing is written to it', async (_, mount, words) => {
    const local = await startLocalVault();
    local.vault.mountOther('kv1', { type: 'kv', version: '1' });
    local.vault.mountOther('pki', { type: 'pki' });
    const store = local.store({ url: `vault://${local.vault.host}/${mount}/?tls=false` });
    for (const call of [
      () => store.find('a'),
      () => store.listPage(''),
      () => store.write('a', textSource('x'), { precondition: { kind: 'if-absent' } }),
      () => store.delete('a'),
    ]) {
      expect(await failureOf(call())).toMatchObject({
        code: 'InvalidArgument',
        reason: expect.stringContaining(words),
      });
    }
    expect(local.vault.requests.of('other-POST')).toBe(0);
    await local.close();
  });
});

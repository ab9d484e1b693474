import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { SignedInGcs } from './signed-in-gcs.ts';

const gcs = await SignedInGcs.start();
afterEach(async () => {
  gcs.reset();
  await gcs.closeStores();
});
afterAll(() => gcs.close());

describe('credentials that cannot be used', () => {
  const secret = 'a-secret-that-is-never-shown';

  it.each([
    ['no file', undefined, /credentialsFile: file .*\/bad\.json cannot be read \(ENOENT\)/],
    ['no JSON', `{"private_key": "${secret}"`, /credentialsFile: file .*\/bad\.json holds no JSON/],
    ['no type', { private_key: secret }, /has no "type" that is one of service_account, authorized_user/],
    ['an unknown type', { type: secret }, /has no "type" that is one of/],
    [
      'no private key',
      { type: 'service_account', client_email: 'a' },
      /is of type service_account and has no "private_key"/,
    ],
    ['no email', { type: 'service_account', private_key: secret }, /has no "client_email"/],
    [
      'a private key that is none',
      { type: 'service_account', client_email: 'a', private_key: secret },
      /no token: the credentials cannot be used/,
    ],
    ['no refresh token', { type: 'authorized_user', client_id: 'a', client_secret: secret }, /has no "refresh_token"/],
    ['no audience', { ...gcs.awsAccount(), audience: undefined }, /is of type external_account and has no "audience"/],
    [
      'no account to act as',
      { type: 'impersonated_service_account', service_account_impersonation_url: 'x', source_credentials: {} },
      /does not end in/,
    ],
    [
      'a program to run',
      { ...gcs.awsAccount(), credential_source: { executable: { command: secret } } },
      /wants to run a program/,
    ],
  ])('with %s give one error that says so', async (_, content, message) => {
    await rm(join(gcs.directory, 'bad.json'), { force: true });
    const credentialsFile =
      content === undefined ? join(gcs.directory, 'bad.json') : await gcs.file('bad.json', content);
    const error = await gcs.failure(gcs.open({ credentialsFile }, gcs.awsKeys), secret);
    expect(error).toMatchObject({
      code: 'Unauthenticated',
      operation: 'list',
      target: 'gs://state/',
      maybeApplied: false,
    });
    expect(error.message).toMatch(message);
  });

  it('name the variable that named the file', async () => {
    const error = await gcs.failure(gcs.open(undefined, { GOOGLE_APPLICATION_CREDENTIALS: '/nowhere.json' }));
    expect(error.message).toContain('GOOGLE_APPLICATION_CREDENTIALS: file /nowhere.json cannot be read (ENOENT)');
  });

  it('of a user whose token was revoked say what the token service says', async () => {
    const user = { ...gcs.identity.userFile(), refresh_token: secret };
    const error = await gcs.failure(gcs.open({ credentialsFile: await gcs.file('revoked.json', user) }), secret);
    expect(error.message).toMatch(
      /no token: the token service at 127\.0\.0\.1:\d+ answered 400: invalid_grant: Token has been expired or revoked\./,
    );
  });

  it('of a key that is not that of the account say what the token service says', async () => {
    const key = { ...gcs.identity.serviceAccountFile('other@example.com'), client_email: gcs.keyFile['client_email'] };
    const error = await gcs.failure(gcs.open({ credentialsFile: await gcs.file('other.json', key) }));
    expect(error.message).toContain('invalid_grant: Invalid JWT Signature.');
  });

  it('are not repeated where the token service repeats them', async () => {
    const body = JSON.stringify({ error: 'invalid_grant', error_description: `Bad assertion ${secret.repeat(20)}` });
    gcs.identity.script = () => ({ status: 400, body });
    const error = await gcs.failure(gcs.open({ credentialsFile: await gcs.file('key.json', gcs.keyFile) }), secret);
    expect(error.message).toMatch(/answered 400: invalid_grant$/);
  });

  it('of an AWS identity that the pool does not trust say so', async () => {
    gcs.identity.trusted.clear();
    const error = await gcs.failure(
      gcs.open({ credentialsFile: await gcs.file('aws.json', gcs.awsAccount()) }, gcs.awsKeys),
    );
    expect(error.code).toBe('Unauthenticated');
    expect(error.message).toContain(
      'unauthorized_client: The given credential is rejected by the attribute condition.',
    );
  });

  it('of AWS with a wrong secret are refused by the signature', async () => {
    const wrong = { ...gcs.awsKeys, AWS_SECRET_ACCESS_KEY: secret };
    const error = await gcs.failure(
      gcs.open({ credentialsFile: await gcs.file('aws.json', gcs.awsAccount()) }, wrong),
      secret,
    );
    expect(error.message).toContain('AWS refuses: SignatureDoesNotMatch');
  });

  it('for another audience are refused', async () => {
    const other = gcs.awsAccount({
      audience: '//iam.googleapis.com/projects/2/locations/global/workloadIdentityPools/x',
    });
    const error = await gcs.failure(gcs.open({ credentialsFile: await gcs.file('aws.json', other) }, gcs.awsKeys));
    expect(error.message).toContain('Invalid value for "audience".');
  });

  it('that may not act as the service account are PermissionDenied', async () => {
    gcs.identity.actable.clear();
    const path = await gcs.file('aws-acting.json', gcs.awsAccount(gcs.impersonation));
    const error = await gcs.failure(gcs.open({ credentialsFile: path }, gcs.awsKeys));
    expect(error.code).toBe('PermissionDenied');
    expect(error.message).toContain("Permission 'iam.serviceAccounts.getAccessToken' denied");
  });

  it.each([
    [503, 'Unavailable'],
    [429, 'RateLimited'],
    [500, 'Unavailable'],
  ] as const)('whose token service answers %i may work later, and are asked for once', async (status, code) => {
    gcs.identity.script = () => ({ status, body: `<html>${secret}</html>` });
    const paths = [await gcs.file('key.json', gcs.keyFile), await gcs.file('aws.json', gcs.awsAccount())];
    for (const credentialsFile of paths) {
      gcs.identity.requests.reset();
      const error = await gcs.failure(gcs.open({ credentialsFile }, gcs.awsKeys), secret);
      expect(error).toMatchObject({ code, maybeApplied: false });
      expect(gcs.identity.requests.total).toBe(1);
    }
  });

  it('whose token service cuts its answer off may work later', async () => {
    gcs.identity.script = () => 'tear';
    for (const content of [gcs.keyFile, gcs.awsAccount()]) {
      const error = await gcs.failure(gcs.open({ credentialsFile: await gcs.file('torn.json', content) }, gcs.awsKeys));
      expect(error).toMatchObject({ code: 'Unavailable', maybeApplied: false });
    }
  });

  it('that give no token any more are read anew at the next call', async () => {
    const other = gcs.identity.serviceAccountFile('other@example.com');
    const revoked = { ...gcs.keyFile, private_key: other['private_key'] ?? '' };
    const store = gcs.open({ credentialsFile: await gcs.file('rotated.json', revoked) });
    expect(await gcs.failure(store)).toMatchObject({ code: 'Unauthenticated' });
    await gcs.file('rotated.json', gcs.keyFile);
    await store.listPage('');
  });

  it('are looked at anew at the next call', async () => {
    const credentialsFile = join(gcs.directory, 'later.json');
    const store = gcs.open({ credentialsFile });
    expect((await gcs.failure(store)).code).toBe('Unauthenticated');
    await gcs.file('later.json', gcs.keyFile);
    await store.listPage('');
  });

  it('that are missing at an endpoint which is not Google’s are named when it wants some', async () => {
    const error = await gcs.failure(gcs.open(undefined));
    expect(error.code).toBe('Unauthenticated');
    expect(error.message).toContain('give the store "credentials"');
  });

  it('that are waited for are given up when the caller gives up', async () => {
    const abort = new AbortController();
    gcs.identity.script = () => {
      abort.abort();
      return undefined;
    };
    const store = gcs.open({ credentialsFile: await gcs.file('key.json', gcs.keyFile) });
    await expect(store.listPage('', { signal: abort.signal })).rejects.toMatchObject({ code: 'Aborted' });
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Identity, IdentityRegistry } from '../../../lib/local-cloud/identity.ts';
import { LocalSts } from '../../../lib/local-cloud/sts/server.ts';
import { explainProfile } from '../../../lib/vfs/aws/credential-reasons.ts';
import type { Keys } from '../../../lib/vfs/aws/credential-sources.ts';
import { identityOf, keysProvider } from '../../../lib/vfs/s3/credentials.ts';
import { s3Settings } from '../../../lib/vfs/s3/settings.ts';
import type { S3Credentials } from '../../../lib/vfs/store-definition.ts';

const hidden = 'hidden-value';
let home = '';

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 's3-credentials-'));
});

afterEach(() => rm(home, { recursive: true }));

/** The keys that a store with these credentials in this environment gets. There are no instance metadata here. */
function keysOf(environment: Record<string, string>, credentials?: S3Credentials): Promise<Keys> {
  const surroundings = { HOME: home, AWS_EC2_METADATA_DISABLED: 'true', ...environment };
  const definition = { url: 's3://state', ...(credentials && { credentials }) };
  return keysProvider(s3Settings(definition, surroundings), surroundings)();
}

async function failureOf(keys: Promise<unknown>): Promise<Error & { code: string }> {
  const error = await keys.then(
    () => {
      throw new Error('there were credentials');
    },
    (reason: Error & { code: string }) => reason,
  );
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(hidden);
  return error;
}

async function config(text: string, name = 'config'): Promise<string> {
  const path = join(home, name);
  await writeFile(path, text);
  return path;
}

describe('the default chain', () => {
  it('takes the keys of the environment, with the token of a session', async () => {
    const environment = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' };
    expect(await keysOf(environment)).toEqual({ accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: 'token' });
  });

  it('prefers them to a profile, as kOps does', async () => {
    const environment = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret', AWS_PROFILE: 'other' };
    expect(await keysOf(environment)).toMatchObject({ accessKeyId: 'id' });
  });

  it('takes the profile that AWS_PROFILE names, else the one called default', async () => {
    const AWS_SHARED_CREDENTIALS_FILE = await config(
      '[default]\naws_access_key_id = of-default\naws_secret_access_key = s\n' +
        '[ops]\naws_access_key_id = of-ops\naws_secret_access_key = s\n',
    );
    expect(await keysOf({ AWS_SHARED_CREDENTIALS_FILE })).toMatchObject({ accessKeyId: 'of-default' });
    expect(await keysOf({ AWS_SHARED_CREDENTIALS_FILE, AWS_PROFILE: 'ops' })).toMatchObject({ accessKeyId: 'of-ops' });
  });

  it('lists every source tried and why it gave nothing', async () => {
    const { code, message } = await failureOf(keysOf({}));
    expect(code).toBe('Unauthenticated');
    expect(message).toBe(
      'no credentials: AWS_ACCESS_KEY_ID not set; AWS_WEB_IDENTITY_TOKEN_FILE not set; ' +
        'no profile "default" with credentials in ~/.aws/config and ~/.aws/credentials; ' +
        'no container credentials (AWS_CONTAINER_CREDENTIALS_FULL_URI not set); ' +
        'instance metadata is turned off (AWS_EC2_METADATA_DISABLED)',
    );
  });

  it('names the half that is missing of a pair of keys, and neither value', async () => {
    expect((await failureOf(keysOf({ AWS_ACCESS_KEY_ID: hidden }))).message).toContain(
      'AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY not set',
    );
    await failureOf(keysOf({ AWS_SECRET_ACCESS_KEY: hidden }));
  });

  it('ends where AWS_PROFILE names a profile that does not exist: no other identity takes its place', async () => {
    const { message } = await failureOf(keysOf({ AWS_PROFILE: 'ops' }));
    expect(message).toContain('no profile "ops" with credentials');
    expect(message).not.toContain('container');
  });

  it('keeps what a credential_process prints to itself', async () => {
    const AWS_CONFIG_FILE = await config(`[default]\ncredential_process = sh -c 'echo ${hidden} >&2; exit 1'\n`);
    const { message } = await failureOf(keysOf({ AWS_CONFIG_FILE }));
    expect(message).toContain('profile "default": its credential_process failed');
    const printing = await config(`[default]\ncredential_process = echo ${hidden}\n`);
    await failureOf(keysOf({ AWS_CONFIG_FILE: printing }));
  });

  it('says that a session of single sign-on is needed', async () => {
    const AWS_CONFIG_FILE = await config(
      '[default]\nsso_start_url = https://example.com\nsso_region = eu-west-1\nsso_account_id = 1\nsso_role_name = r\n',
    );
    // The SDK's provider for single sign-on finds the file by the environment of the process only.
    Object.assign(process.env, { AWS_CONFIG_FILE });
    const { message } = await failureOf(keysOf({ AWS_CONFIG_FILE }));
    Reflect.deleteProperty(process.env, 'AWS_CONFIG_FILE');
    expect(message).toContain('aws sso login');
  });

  it('ends where a web identity is configured and fails', async () => {
    const environment = {
      AWS_WEB_IDENTITY_TOKEN_FILE: join(home, 'absent'),
      AWS_ROLE_ARN: 'arn:aws:iam::111111111111:role/r',
    };
    const { message } = await failureOf(keysOf(environment));
    expect(message).toContain('web identity for arn:aws:iam::111111111111:role/r failed (ENOENT)');
    expect(message).not.toContain('profile');
  });

  it('does not send the token of a container to an address that is not its own', async () => {
    const environment = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://example.com/credentials',
      AWS_CONTAINER_AUTHORIZATION_TOKEN: hidden,
    };
    expect((await failureOf(keysOf(environment))).message).toContain("the container's credentials endpoint gave none");
  });
});

describe('the credentials of a container', () => {
  let server: Server;
  let asked: (string | undefined)[];

  beforeEach(async () => {
    asked = [];
    server = createServer((request, response) => {
      asked.push(request.headers.authorization);
      const expiration = new Date(Date.now() + 3_600_000).toISOString();
      response.end(
        JSON.stringify({ AccessKeyId: 'of-container', SecretAccessKey: 's', Token: 't', Expiration: expiration }),
      );
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
  });

  afterEach(() => void server.close());

  it('are asked for with its token, and end in time', async () => {
    const { port } = server.address() as AddressInfo;
    const keys = await keysOf({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'token',
    });
    expect(keys).toMatchObject({ accessKeyId: 'of-container', sessionToken: 't', expiration: expect.any(Date) });
    expect(asked).toEqual(['token']);
  });
});

describe('credentials that a store names', () => {
  const byReference = { accessKeyId: { env: 'CEPH_ID' }, secretAccessKey: { env: 'CEPH_SECRET' } };

  it('are read from variables and files, without white space around them', async () => {
    const file = await config('secret-of-file\n', 'secret');
    const credentials = { ...byReference, secretAccessKey: { file }, sessionToken: { env: 'CEPH_TOKEN' } };
    expect(await keysOf({ CEPH_ID: 'id', CEPH_TOKEN: 'token' }, credentials)).toEqual({
      accessKeyId: 'id',
      secretAccessKey: 'secret-of-file',
      sessionToken: 'token',
    });
  });

  it('are read anew each time, so that a rotated file is taken up', async () => {
    const file = await config('old', 'secret');
    const surroundings = { CEPH_ID: 'id' };
    const credentials = { ...byReference, secretAccessKey: { file } };
    const keys = keysProvider(s3Settings({ url: 's3://state', credentials }, surroundings), surroundings);
    expect(await keys()).toMatchObject({ secretAccessKey: 'old' });
    await config('new', 'secret');
    expect(await keys()).toMatchObject({ secretAccessKey: 'new' });
  });

  it.each([
    [{ CEPH_SECRET: hidden }, 'accessKeyId: environment variable CEPH_ID is not set'],
    [{ CEPH_ID: hidden, CEPH_SECRET: '' }, 'secretAccessKey: environment variable CEPH_SECRET is not set'],
  ])('say which variable is missing', async (environment, message) => {
    const failure = await failureOf(keysOf(environment as Record<string, string>, byReference));
    expect(failure).toMatchObject({ code: 'Unauthenticated', message });
  });

  it('say which file is missing or empty', async () => {
    const absent = { ...byReference, secretAccessKey: { file: join(home, 'absent') } };
    expect((await failureOf(keysOf({ CEPH_ID: hidden }, absent))).message).toBe(
      `secretAccessKey: file ${join(home, 'absent')} cannot be read (ENOENT)`,
    );
    const empty = { ...byReference, secretAccessKey: { file: await config(' \n', 'empty') } };
    expect((await failureOf(keysOf({ CEPH_ID: hidden }, empty))).message).toContain('is empty');
  });

  it('can be a profile, whatever the environment holds', async () => {
    const AWS_SHARED_CREDENTIALS_FILE = await config('[ops]\naws_access_key_id = of-ops\naws_secret_access_key = s\n');
    const environment = { AWS_SHARED_CREDENTIALS_FILE, AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' };
    expect(await keysOf(environment, { profile: 'ops' })).toMatchObject({ accessKeyId: 'of-ops' });
    expect((await failureOf(keysOf(environment, { profile: 'absent' }))).message).toContain('no profile "absent"');
  });
});

describe('a role', () => {
  const role = 'arn:aws:iam::222222222222:role/replicator';
  const identities = new IdentityRegistry();
  const sts = new LocalSts({ identities });
  let caller: Identity;

  beforeAll(async () => {
    await sts.start();
    caller = identities.addUser('111111111111', 'caller');
    identities.addRole({ arn: role, policy: { Statement: [] }, trusted: ['111111111111'], externalId: 'agreed' });
  });

  afterAll(() => sts.close());

  const environment = () => ({
    AWS_ENDPOINT_URL_STS: sts.endpoint,
    AWS_ACCESS_KEY_ID: caller.accessKeyId,
    AWS_SECRET_ACCESS_KEY: caller.secretAccessKey,
  });

  it('is assumed with the external id, for a time', async () => {
    const keys = await keysOf(environment(), { role, externalId: 'agreed' });
    expect(identities.find(keys.accessKeyId)?.arn).toBe(
      'arn:aws:sts::222222222222:assumed-role/replicator/kops-statesync',
    );
    expect(keys.expiration?.getTime()).toBeGreaterThan(Date.now());
  });

  it('that may not be assumed is PermissionDenied, and says by whom', async () => {
    const failure = await failureOf(keysOf(environment(), { role, externalId: hidden }));
    expect(failure.code).toBe('PermissionDenied');
    expect(failure.message).toContain(`${role} could not be assumed: AccessDenied`);
    expect(failure.message).toContain('arn:aws:iam::111111111111:user/caller');
  });

  it('for which there are no credentials says where they were looked for', async () => {
    const failure = await failureOf(keysOf({ AWS_ENDPOINT_URL_STS: sts.endpoint }, { role }));
    expect(failure.code).toBe('Unauthenticated');
    expect(failure.message).toMatch(
      /^to assume arn:aws:iam::222222222222:role\/replicator: no credentials: AWS_ACCESS/,
    );
  });

  it('can be tried again when the token service cannot be reached', async () => {
    const failure = await failureOf(keysOf({ ...environment(), AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1' }, { role }));
    expect(failure.code).toBe('Unavailable');
  });
});

describe('why a profile gave nothing', () => {
  it('is quoted only where the SDK itself wrote it', () => {
    const parser = Object.assign(new Error(`Unexpected token, "${hidden}" is not valid JSON`), { name: 'SyntaxError' });
    expect(explainProfile(parser, 'ops')).toEqual({ reason: 'profile "ops": SyntaxError', absent: false });
    const expired = Object.assign(new Error('The session has expired.'), { name: 'CredentialsProviderError' });
    expect(explainProfile(expired, 'ops').reason).toBe('profile "ops": The session has expired.');
  });
});

describe('identity', () => {
  const settings = (credentials?: S3Credentials) =>
    s3Settings({ url: 's3://b', ...(credentials && { credentials }) }, {});

  it('tells who signs, without secrets', () => {
    const environment = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: hidden, AWS_SESSION_TOKEN: hidden };
    expect(identityOf(settings(), environment)).not.toContain(hidden);
    expect(identityOf(settings(), environment)).toBe(identityOf(settings(), environment));
    expect(identityOf(settings(), environment)).not.toBe(identityOf(settings({ profile: 'ops' }), environment));
    expect(identityOf(settings(), environment)).not.toBe(identityOf(settings(), { AWS_ACCESS_KEY_ID: 'other' }));
    const keys = settings({ accessKeyId: { env: 'ID' }, secretAccessKey: { env: 'SECRET' } });
    expect(identityOf(keys, { ID: 'a', SECRET: hidden })).not.toContain(hidden);
    expect(identityOf(keys, { ID: 'a' })).not.toBe(identityOf(keys, { ID: 'b' }));
  });
});

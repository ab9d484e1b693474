import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Environment } from '../../../lib/vfs/environment.ts';
import type { StoreDefinition, SwiftCredentials } from '../../../lib/vfs/store-definition.ts';
import { password, type SwiftCloud, startSwiftCloud } from './cloud.ts';

let cloud: SwiftCloud;
let directory: string;
/** Every message of every failure here. */
const messages: string[] = [];
/** Right alone: no other variable of the cloud's own environment is set. */
const bare: Environment = Object.fromEntries(
  [
    'OS_USERNAME',
    'OS_PASSWORD',
    'OS_PROJECT_NAME',
    'OS_USER_DOMAIN_NAME',
    'OS_PROJECT_DOMAIN_ID',
    'OS_REGION_NAME',
  ].map((name) => [name, undefined]),
);

beforeAll(async () => {
  cloud = await startSwiftCloud();
  directory = await mkdtemp(join(tmpdir(), 'statesync-swift-sign-in-'));
});

afterAll(async () => {
  await cloud.close();
  await rm(directory, { recursive: true });
  const secrets = [password, cloud.credential.secret, ...cloud.swift.keystone.issued];
  expect(messages.filter((message) => secrets.some((secret) => message.includes(secret)))).toEqual([]);
});

/** Signs in with nothing but these variables, and lists. */
async function listed(environment: Environment, definition: Partial<StoreDefinition> = {}): Promise<number> {
  const store = await cloud.store(definition, { ...bare, ...environment });
  return (await store.listPage('')).entries.length;
}

async function failure(work: Promise<unknown>): Promise<Error> {
  const error = await work.then(
    () => new Error('it succeeded'),
    (reason: Error) => reason,
  );
  messages.push(error.message, error.stack ?? '', JSON.stringify(error));
  return error;
}

const domains = { OS_USER_DOMAIN_NAME: 'Default', OS_PROJECT_DOMAIN_NAME: 'Default' };
const named = { OS_USERNAME: 'operator', OS_PASSWORD: password, OS_PROJECT_NAME: 'kops' };

describe('the variables of OpenStack', () => {
  const forms: Readonly<Record<string, () => Environment>> = {
    'names, with the domains of the dashboard': () => ({ ...named, ...domains }),
    'names, with the ids of the domains': () => ({
      ...named,
      OS_USER_DOMAIN_ID: 'default',
      OS_PROJECT_DOMAIN_ID: 'default',
    }),
    'names, with one domain for both': () => ({ ...named, OS_DOMAIN_NAME: 'Default' }),
    'names, with the id of one domain for both': () => ({ ...named, OS_DOMAIN_ID: 'default' }),
    'the id of the user, and that of the project': () => ({
      OS_USERID: cloud.user.id,
      OS_PASSWORD: password,
      OS_PROJECT_ID: cloud.project.id,
    }),
    'the id of the user as the dashboard writes it, and its default project': () => ({
      OS_USER_ID: cloud.user.id,
      OS_PASSWORD: password,
    }),
    'the id of a tenant': () => ({ OS_USERID: cloud.user.id, OS_PASSWORD: password, OS_TENANT_ID: cloud.project.id }),
    'the name of a tenant': () => ({
      OS_USERID: cloud.user.id,
      OS_PASSWORD: password,
      OS_TENANT_NAME: 'kops',
      OS_DOMAIN_NAME: 'Default',
    }),
    'a one-time password': () => ({
      OS_USERID: cloud.user.id,
      OS_PASSCODE: '123456',
      OS_PROJECT_ID: cloud.project.id,
    }),
    'a password and a one-time password': () => ({
      OS_USERID: cloud.user.id,
      OS_PASSWORD: password,
      OS_PASSCODE: '123456',
      OS_PROJECT_ID: cloud.project.id,
    }),
    'the id of an application credential': () => ({
      OS_APPLICATION_CREDENTIAL_ID: cloud.credential.id,
      OS_APPLICATION_CREDENTIAL_SECRET: cloud.credential.secret,
    }),
    'the name of an application credential, and that of the user': () => ({
      OS_APPLICATION_CREDENTIAL_NAME: 'statesync',
      OS_APPLICATION_CREDENTIAL_SECRET: cloud.credential.secret,
      OS_USERNAME: 'operator',
      OS_DOMAIN_NAME: 'Default',
    }),
    'the name of an application credential, and the id of the user': () => ({
      OS_APPLICATION_CREDENTIAL_NAME: 'statesync',
      OS_APPLICATION_CREDENTIAL_SECRET: cloud.credential.secret,
      OS_USERID: cloud.user.id,
    }),
    'an application credential beside a project, which it does not ask for': () => ({
      OS_APPLICATION_CREDENTIAL_ID: cloud.credential.id,
      OS_APPLICATION_CREDENTIAL_SECRET: cloud.credential.secret,
      OS_PROJECT_NAME: 'kops',
      ...domains,
    }),
  };

  it.each(Object.keys(forms))('sign in by %s', async (form) => {
    expect(await listed(forms[form]?.() ?? {})).toBe(0);
  });

  it('take the project before the tenant, and an id before a name', async () => {
    const wrong = { OS_TENANT_ID: 'of another', OS_TENANT_NAME: 'another', OS_PROJECT_NAME: 'another' };
    expect(await listed({ ...named, ...domains, ...wrong, OS_PROJECT_ID: cloud.project.id })).toBe(0);
    expect(await listed({ ...named, ...domains, OS_TENANT_NAME: 'another' })).toBe(0);
    await failure(listed({ ...named, ...domains, ...wrong })).then((error) =>
      expect(error).toMatchObject({ code: 'Unauthenticated' }),
    );
  });

  it('take the domain of the user and of the project before the one for both', async () => {
    expect(await listed({ ...named, ...domains, OS_DOMAIN_NAME: 'another' })).toBe(0);
    expect(await failure(listed({ ...named, OS_DOMAIN_NAME: 'another' }))).toMatchObject({ code: 'Unauthenticated' });
  });

  it('take a password before an application credential, as in kOps, unless OS_AUTH_TYPE says otherwise', async () => {
    const both = {
      ...named,
      ...domains,
      OS_APPLICATION_CREDENTIAL_ID: cloud.credential.id,
      OS_APPLICATION_CREDENTIAL_SECRET: cloud.credential.secret,
    };
    expect(await listed(both)).toBe(0);
    expect(await failure(listed({ ...both, OS_PASSWORD: 'wrong' }))).toMatchObject({ code: 'Unauthenticated' });
    expect(await listed({ ...both, OS_PASSWORD: 'wrong', OS_AUTH_TYPE: 'v3applicationcredential' })).toBe(0);
  });

  it.each(['', '/', '/v3', '/v3/', '/identity', '/identity/v3'])('name Keystone with the path %j', async (path) => {
    expect(await listed({ ...named, ...domains, OS_AUTH_URL: `${cloud.endpoint}${path}` })).toBe(0);
  });
});

describe('a variable that is missing', () => {
  const cases: readonly (readonly [string, Environment])[] = [
    ['Missing environment variable [OS_AUTH_URL]', { OS_AUTH_URL: '' }],
    ['Missing one of the following environment variables [OS_USERID, OS_USERNAME]', {}],
    ['Missing environment variable [OS_PASSWORD]', { OS_USERID: 'u' }],
    [
      'Missing environment variable [OS_APPLICATION_CREDENTIAL_SECRET]',
      { OS_USERID: 'u', OS_APPLICATION_CREDENTIAL_ID: 'i' },
    ],
    [
      'Missing one of the following environment variables [OS_USER_DOMAIN_ID, OS_USER_DOMAIN_NAME, OS_DOMAIN_ID, OS_DOMAIN_NAME]',
      { OS_USERNAME: 'u', OS_PASSWORD: 'p' },
    ],
    [
      'Missing one of the following environment variables [OS_PROJECT_ID, OS_PROJECT_DOMAIN_ID, OS_PROJECT_DOMAIN_NAME, OS_DOMAIN_ID, OS_DOMAIN_NAME]',
      { OS_USERID: 'u', OS_PASSWORD: 'p', OS_PROJECT_NAME: 'p' },
    ],
    [
      'Missing one of the following environment variables [OS_USERID, OS_USERNAME]',
      { OS_APPLICATION_CREDENTIAL_NAME: 'n', OS_APPLICATION_CREDENTIAL_SECRET: 's' },
    ],
  ];

  it.each(cases)('is named: %s', async (words, environment) => {
    const error = await failure(listed(environment));
    expect(error).toMatchObject({ code: 'Unauthenticated', operation: 'open', target: 'swift://state' });
    expect(error.message).toContain(words);
    expect(error.message).toContain('error loading config file: there is no /nonexistent/.openstack/config');
  });

  it('is no concern where OS_CLOUD names a cloud, whose error then stands alone', async () => {
    const file = join(directory, 'empty.yaml');
    await writeFile(file, 'clouds: { other: {} }\n');
    const error = await failure(listed({ OS_AUTH_URL: '', OS_CLOUD: 'acme', OS_CLIENT_CONFIG_FILE: file }));
    expect(error).toMatchObject({ reason: `${file} has no cloud "acme"; it has "other"` });
  });
});

describe('credentials that are refused', () => {
  it('are named, and those of a user without a word of the password', async () => {
    const error = await failure(listed({ ...named, ...domains, OS_PASSWORD: 'wrong-password' }));
    expect(error).toMatchObject({ code: 'Unauthenticated', operation: 'list', maybeApplied: false });
    expect(error.message).toContain(
      `Keystone at ${cloud.endpoint}/v3 does not sign in the user "operator" of the domain "Default": status 401`,
    );
    expect(error.message).toContain('check the user, the secret and the project');
    expect(error.message).not.toContain('wrong-password');
  });

  it('are named: an application credential by its id, or by its name and user', async () => {
    const secret = { OS_APPLICATION_CREDENTIAL_SECRET: 'wrong-secret' };
    const byId = await failure(listed({ ...secret, OS_APPLICATION_CREDENTIAL_ID: cloud.credential.id }));
    expect(byId.message).toContain(`does not sign in the application credential ${cloud.credential.id}: status 401`);
    const byName = await failure(
      listed({ ...secret, OS_APPLICATION_CREDENTIAL_NAME: 'statesync', OS_USERID: cloud.user.id }),
    );
    expect(byName.message).toContain(`the application credential "statesync" of the user with the id ${cloud.user.id}`);
  });

  it('are told from an address that is not Keystone v3', async () => {
    const elsewhere = await failure(listed({ ...named, ...domains, OS_AUTH_URL: `${cloud.endpoint}/elsewhere` }));
    expect(elsewhere).toMatchObject({ code: 'InvalidArgument' });
    expect(elsewhere.message).toContain('there is no Keystone v3 at this address; check OS_AUTH_URL');
    const old = await failure(listed({ ...named, ...domains, OS_AUTH_URL: `${cloud.endpoint}/v2.0/` }));
    expect(old).toMatchObject({ code: 'InvalidArgument', operation: 'open' });
    expect(old.message).toContain('is the address of Keystone v2.0; give that of v3');
    const none = await failure(listed({ ...named, ...domains, OS_AUTH_URL: 'keystone.example.com' }));
    expect(none).toMatchObject({ code: 'InvalidArgument', operation: 'open' });
    const secretive = await failure(
      listed({ ...named, ...domains, OS_AUTH_URL: `http://me:${password}@127.0.0.1/v3` }),
    );
    expect(secretive).toMatchObject({ code: 'InvalidArgument' });
  });

  it('are not repeated, even where Keystone repeats them', async () => {
    cloud.swift.script = () => ({
      kind: 'status',
      status: 400,
      headers: {},
      body: JSON.stringify({ error: { message: `bad ${password}` } }),
    });
    try {
      const error = await failure(listed({ ...named, ...domains }));
      expect(error).toMatchObject({ code: 'InvalidArgument' });
      expect(error.message).toContain('status 400: bad …');
    } finally {
      cloud.swift.script = undefined;
    }
  });
});

describe('the credentials of a store entry', () => {
  const authUrl = () => `${cloud.endpoint}/v3`;
  const byCredential = (secret: SwiftCredentials) => ({ credentials: secret });

  it('win over the environment, in each form', async () => {
    const environment = {
      OS_AUTH_URL: 'http://127.0.0.1:1/v3',
      OS_USERID: 'x',
      OS_PASSWORD: 'y',
      MY_SECRET: password,
      APP: cloud.credential.secret,
    };
    const user = { username: 'operator', userDomain: 'Default', project: 'kops', projectDomain: 'Default' };
    const withPassword = { authUrl: authUrl(), ...user, password: { env: 'MY_SECRET' } };
    expect(await listed(environment, byCredential(withPassword))).toBe(0);
    const application = {
      authUrl: authUrl(),
      applicationCredentialId: cloud.credential.id,
      applicationCredentialSecret: { env: 'APP' },
    };
    expect(await listed(environment, byCredential(application))).toBe(0);
  });

  it('name a secret that cannot be had, when it is first needed', async () => {
    const application = {
      authUrl: authUrl(),
      applicationCredentialId: 'i',
      applicationCredentialSecret: { env: 'UNSET' },
    };
    const error = await failure(listed({}, byCredential(application)));
    expect(error).toMatchObject({
      code: 'Unauthenticated',
      operation: 'list',
      reason: 'applicationCredentialSecret: environment variable UNSET is not set',
      maybeApplied: false,
    });
  });

  it('are read anew for each token, so that a secret in a file may change', async () => {
    const file = join(directory, 'secret');
    const application = {
      authUrl: authUrl(),
      applicationCredentialId: cloud.credential.id,
      applicationCredentialSecret: { file },
    };
    await writeFile(file, 'wrong');
    const store = await cloud.store({ credentials: application }, bare);
    expect(await failure(store.listPage(''))).toMatchObject({ code: 'Unauthenticated' });
    await writeFile(file, `${cloud.credential.secret}\n`);
    expect((await store.listPage('')).entries).toEqual([]);
  });

  it('of another kind of store are refused', async () => {
    const error = await failure(listed({}, { credentials: { profile: 'prod' } }));
    expect(error).toMatchObject({ code: 'InvalidArgument', operation: 'open' });
  });
});

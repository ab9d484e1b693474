import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Environment } from '../../../lib/vfs/environment.ts';
import type { SwiftCredentials } from '../../../lib/vfs/store-definition.ts';
import { findCloud } from '../../../lib/vfs/swift/clouds.ts';
import { findSignIn } from '../../../lib/vfs/swift/credentials.ts';
import { tokenRequest } from '../../../lib/vfs/swift/sign-in.ts';

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'statesync-swift-files-'));
});

afterEach(() => rm(home, { recursive: true }));

async function put(path: string, text: string): Promise<string> {
  const file = join(home, path);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, text);
  return file;
}

/** The address of Keystone and what it would be asked. */
async function asked(environment: Environment, own?: SwiftCredentials): Promise<{ authUrl: string; body: unknown }> {
  const { signIn } = await findSignIn(own, { HOME: home, ...environment });
  return { authUrl: signIn.authUrl, body: (await tokenRequest(signIn)).body };
}

const kopsFile = `; what kOps reads
[Default]
identity = https://keystone.example.com:5000/v3
user=operator
password = 'pa=ss:word'   # of the operator
domain_name: Default
tenant_id = 0123
`;

describe('the file that kOps reads', () => {
  it('signs in where the variables do not say enough', async () => {
    await put('.openstack/config', kopsFile);
    expect(await asked({ OS_AUTH_URL: 'https://elsewhere.example.com/v3' })).toEqual({
      authUrl: 'https://keystone.example.com:5000/v3',
      body: {
        auth: {
          identity: {
            methods: ['password'],
            password: { user: { name: 'operator', domain: { name: 'Default' }, password: 'pa=ss:word' } },
          },
          scope: { project: { id: '0123' } },
        },
      },
    });
  });

  it('is the one that OPENSTACK_CREDENTIAL_FILE names', async () => {
    await put('.openstack/config', kopsFile);
    const file = await put('other', kopsFile.replace('keystone.example.com', 'other.example.com'));
    expect((await asked({ OPENSTACK_CREDENTIAL_FILE: file })).authUrl).toBe('https://other.example.com:5000/v3');
  });

  it('is not asked where the variables say enough, nor where OS_CLOUD names a cloud', async () => {
    await put('.openstack/config', kopsFile);
    const variables = { OS_AUTH_URL: 'https://v.example.com/v3', OS_USERID: 'u', OS_PASSWORD: 'p', OS_CLOUD: 'acme' };
    expect((await asked(variables)).authUrl).toBe('https://v.example.com/v3');
    const file = await put(
      'clouds.yaml',
      'clouds: { acme: { auth: { auth_url: "https://c.example.com", user_id: u, password: p } } }',
    );
    expect((await asked({ OS_CLOUD: 'acme', OS_CLIENT_CONFIG_FILE: file })).authUrl).toBe('https://c.example.com/v3');
  });

  it.each([
    ['identity', 'missing identity in section of Default'],
    ['password', 'missing password in section of Default'],
    ['user', 'missing user and user_id in section of Default'],
    ['domain_name', 'missing domain_name and domain_id in section of Default'],
    ['tenant_id', 'missing tenant_name and tenant_id in section of Default'],
  ])('lacks %s: the error says so in the words of kOps, and what the environment lacks', async (name, words) => {
    const file = await put('.openstack/config', kopsFile.replace(new RegExp(`^${name}.*\n`, 'm'), ''));
    const reason = `Missing environment variable [OS_AUTH_URL]; ${words}: ${file}`;
    await expect(asked({})).rejects.toMatchObject({ code: 'Unauthenticated', message: reason });
  });

  it('has no section for it, cannot be understood, or cannot be read: the error says so, and no more', async () => {
    const file = await put('.openstack/config', kopsFile.replace('[Default]', '[default]'));
    await expect(asked({})).rejects.toThrow(`there is no section [Default] in ${file}`);
    await writeFile(file, `${kopsFile}the password is secret\n`);
    const broken = asked({});
    await expect(broken).rejects.toThrow('line 8 has neither "=" nor ":"');
    await expect(broken).rejects.not.toThrow('secret');
    await expect(asked({ OPENSTACK_CREDENTIAL_FILE: home })).rejects.toThrow(`${home}: EISDIR`);
  });
});

describe('clouds.yaml', () => {
  const auth = (more: object = {}) => ({
    auth_url: 'https://k.example.com/v3',
    username: 'u',
    user_domain_name: 'Default',
    password: 'p',
    ...more,
  });
  const file = (auths: object, more: object = {}) => JSON.stringify({ clouds: { acme: { auth: auths, ...more } } });
  const cloud = { cloud: 'acme' };

  it('is found in the working directory, then at home, then in /etc; the first file counts', async () => {
    const directories = ['here', 'home', 'etc'].map((name) => join(home, name));
    await put('etc/clouds.yaml', file(auth({ username: 'of etc' })));
    expect((await findCloud('acme', {}, directories)).fields.username).toBe('of etc');
    await put('home/clouds.yaml', file(auth({ username: 'of home' })));
    expect((await findCloud('acme', {}, directories)).fields.username).toBe('of home');
    await put('here/clouds.yaml', file(auth({ username: 'of here' })));
    expect((await findCloud('acme', {}, directories)).fields.username).toBe('of here');
    const named = await put('named.yaml', file(auth({ username: 'named' })));
    expect((await findCloud('acme', { OS_CLIENT_CONFIG_FILE: named }, directories)).fields.username).toBe('named');
    await put('.config/openstack/clouds.yaml', file(auth({ username: 'at home' })));
    expect((await findCloud('acme', { HOME: home })).fields.username).toBe('at home');
  });

  it('is completed by secure.yaml, which lies in any of the same places', async () => {
    const directories = [join(home, 'here'), join(home, 'home')];
    await put(
      'here/clouds.yaml',
      file({ auth_url: 'https://k.example.com', user_id: 'u', project_id: 'p' }, { region_name: 'R' }),
    );
    await put('home/secure.yaml', file({ password: 'of secure' }));
    const found = await findCloud('acme', {}, directories);
    expect([await found.fields.password?.(), found.fields.userId, found.region]).toEqual(['of secure', 'u', 'R']);
    const named = await put('named.yaml', file({ password: 'named' }));
    const other = await findCloud('acme', { OS_CLIENT_SECURE_FILE: named }, directories);
    expect(await other.fields.password?.()).toBe('named');
  });

  const forms: Readonly<Record<string, readonly [object, object]>> = {
    'a password, by names': [
      auth({ project_name: 'kops', project_domain_id: 'default' }),
      { methods: ['password'], password: { user: { name: 'u', domain: { name: 'Default' }, password: 'p' } } },
    ],
    'a password, with one domain for both': [
      { auth_url: 'https://k.example.com/v3', username: 'u', domain_id: 'd', password: 'p', project_name: 'kops' },
      { methods: ['password'], password: { user: { name: 'u', domain: { id: 'd' }, password: 'p' } } },
    ],
    'an application credential by id': [
      { auth_url: 'https://k.example.com/v3', application_credential_id: 'i', application_credential_secret: 's' },
      { methods: ['application_credential'], application_credential: { id: 'i', secret: 's' } },
    ],
    'an application credential by name': [
      {
        auth_url: 'https://k.example.com/v3',
        application_credential_name: 'n',
        application_credential_secret: 's',
        user_id: 'u',
      },
      { methods: ['application_credential'], application_credential: { name: 'n', user: { id: 'u' }, secret: 's' } },
    ],
    'a one-time password': [
      { auth_url: 'https://k.example.com/v3', user_id: 'u', passcode: '1' },
      { methods: ['totp'], totp: { user: { id: 'u', passcode: '1' } } },
    ],
  };

  it.each(Object.keys(forms))('signs in by %s', async (form) => {
    const [said, identity] = forms[form] ?? [{}, {}];
    const path = await put('clouds.yaml', file(said));
    const { body } = await asked({ OS_CLIENT_CONFIG_FILE: path }, cloud);
    expect(body).toMatchObject({ auth: { identity } });
  });

  it('may ask for the whole system, and for a project by a number', async () => {
    const path = await put('clouds.yaml', file(auth({ system_scope: 'all', project_id: 1 })));
    expect((await asked({ OS_CLIENT_CONFIG_FILE: path }, cloud)).body).toMatchObject({
      auth: { scope: { system: { all: true } } },
    });
    await writeFile(
      path,
      'clouds:\n  acme:\n    auth: { auth_url: "https://k", user_id: u, password: p, project_id: 42 }\n',
    );
    expect((await asked({ OS_CLIENT_CONFIG_FILE: path }, cloud)).body).toMatchObject({
      auth: { scope: { project: { id: '42' } } },
    });
  });

  it('wins over the variables where the store entry names a cloud', async () => {
    const path = await put('clouds.yaml', file(auth()));
    const variables = { OS_AUTH_URL: 'https://v.example.com/v3', OS_USERID: 'u', OS_PASSWORD: 'p' };
    expect((await asked({ ...variables, OS_CLIENT_CONFIG_FILE: path }, cloud)).authUrl).toBe(
      'https://k.example.com/v3',
    );
  });

  it('is named, with the cloud and what it lacks, in every error', async () => {
    const path = await put('clouds.yaml', file({ ...auth(), password: undefined }));
    const environment = { OS_CLIENT_CONFIG_FILE: path, OS_CLOUD: 'acme' };
    await expect(asked(environment)).rejects.toThrow(`cloud "acme" of ${path} lacks password in "auth"`);
    await writeFile(path, file(auth({ user_domain_name: undefined })));
    await expect(asked(environment)).rejects.toThrow('lacks one of user_domain_id, user_domain_name in "auth"');
    await writeFile(path, file(auth(), { auth_type: 'v3oidcpassword' }));
    await expect(asked(environment)).rejects.toThrow('signs in by "v3oidcpassword"');
    await expect(asked({ ...environment, OS_CLOUD: 'other' })).rejects.toThrow(
      `${path} has no cloud "other"; it has "acme"`,
    );
    await expect(findCloud('acme', {}, [join(home, 'nowhere')])).rejects.toThrow(
      `there is none of ${join(home, 'nowhere', 'clouds.yaml')}`,
    );
    await writeFile(path, 'clouds: { acme: { password: "secret" ');
    const broken = asked(environment);
    await expect(broken).rejects.toMatchObject({ code: 'Unauthenticated', message: `${path} is no YAML` });
    await rm(path);
    await mkdir(path);
    await expect(asked(environment)).rejects.toThrow(`${path} cannot be read (EISDIR)`);
    await chmod(path, 0o755);
  });
});

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../lib/flow/clock.ts';
import { textSource } from '../../../lib/vfs/body.ts';
import type { Driver } from '../../../lib/vfs/driver.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { StoreDefinition } from '../../../lib/vfs/store-definition.ts';
import { openDriver } from '../../../lib/vfs/swift/open.ts';
import { environmentOf, swiftEndpointOf } from './endpoint.ts';
import { KeystoneAdmin } from './keystone-admin.ts';
import { plainClient } from './plain-client.ts';

const endpoint = swiftEndpointOf(process.env);
const { authUrl, member, credential, reader, other } = endpoint;
const container = `statesync-test-${randomUUID()}`;
const drivers: Driver[] = [];
let directory: string;

beforeAll(async () => {
  await (await plainClient(endpoint, member)).make(container);
  directory = await mkdtemp(join(tmpdir(), 'statesync-swift-'));
});

afterAll(async () => {
  await Promise.all(drivers.map((driver) => driver.close?.()));
  await rm(directory, { recursive: true });
});

async function open(environment: Readonly<Record<string, string>>, definition: Partial<StoreDefinition> = {}) {
  const surroundings = { environment: { HOME: '/nonexistent', ...environment }, clock: systemClock };
  const driver = await openDriver({ url: `swift://${container}`, ...definition }, surroundings);
  drivers.push(driver);
  return new Store(driver);
}

describe('real Keystone', () => {
  const at = { OS_AUTH_URL: authUrl, OS_REGION_NAME: endpoint.region };
  const named = { ...at, OS_USERNAME: member.name, OS_PASSWORD: member.password };
  const forms: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'names and domains': environmentOf(endpoint, member),
    'names and one domain': { ...named, OS_PROJECT_NAME: member.project, OS_DOMAIN_NAME: 'Default' },
    'the name of a tenant': { ...named, OS_TENANT_NAME: member.project, OS_DOMAIN_ID: 'default' },
    ids: { ...at, OS_USERID: member.userId, OS_PASSWORD: member.password, OS_PROJECT_ID: member.projectId },
    'an address without a version': { ...environmentOf(endpoint, member), OS_AUTH_URL: authUrl.replace(/\/v3$/, '') },
    'a region in quotes': { ...environmentOf(endpoint, member), OS_REGION_NAME: `'${endpoint.region}'` },
    'the internal interface': { ...environmentOf(endpoint, member), OS_INTERFACE: 'internal' },
    'an application credential by id': {
      ...at,
      OS_APPLICATION_CREDENTIAL_ID: credential.id,
      OS_APPLICATION_CREDENTIAL_SECRET: credential.secret,
    },
    'an application credential by name': {
      ...at,
      OS_APPLICATION_CREDENTIAL_NAME: credential.name,
      OS_APPLICATION_CREDENTIAL_SECRET: credential.secret,
      OS_USERNAME: member.name,
      OS_USER_DOMAIN_NAME: 'Default',
    },
  };

  it.each(Object.keys(forms))('signs in by %s', async (form) => {
    expect((await (await open(forms[form] ?? {})).listPage('')).entries).toEqual([]);
  });

  it('refuses a wrong password, a wrong secret and a wrong project', async () => {
    const good = environmentOf(endpoint, member);
    const wrong = [
      { ...good, OS_PASSWORD: 'wrong-password' },
      { ...good, OS_PROJECT_NAME: 'nobody' },
      { ...at, OS_APPLICATION_CREDENTIAL_ID: credential.id, OS_APPLICATION_CREDENTIAL_SECRET: 'wrong-secret' },
    ];
    for (const environment of wrong) {
      const call = (await open(environment)).listPage('');
      await expect(call).rejects.toMatchObject({ code: 'Unauthenticated', maybeApplied: false });
      await expect(call).rejects.toThrow(`Keystone at ${authUrl} does not sign in`);
      await expect(call).rejects.not.toThrow(/wrong-/);
    }
  });

  it('has Swift in two regions: without one, and with a third, the error names both', async () => {
    const environment = environmentOf(endpoint, member);
    const none = (await open({ ...environment, OS_REGION_NAME: '' })).listPage('');
    await expect(none).rejects.toThrow('in "Elsewhere", "RegionOne"');
    const third = (await open(environment, { region: 'Third' })).listPage('');
    await expect(third).rejects.toMatchObject({ code: 'InvalidArgument' });
    const elsewhere = { region: 'Elsewhere', endpoint: await originOfSwift() };
    expect((await (await open(environment, elsewhere)).listPage('')).entries).toEqual([]);
  });

  it('gives the whole system a token without Swift, which needs the address of the account', async () => {
    const system = {
      ...at,
      OS_USERNAME: 'admin',
      OS_PASSWORD: endpoint.adminPassword,
      OS_USER_DOMAIN_ID: 'default',
      OS_SYSTEM_SCOPE: 'all',
    };
    await expect((await open(system)).listPage('')).rejects.toThrow('a token without a project has none');
    const account = `${await originOfSwift()}/v1/AUTH_${member.projectId}`;
    const call = (await open(system, { endpoint: account })).listPage('');
    await expect(call).rejects.toMatchObject({ code: 'PermissionDenied' }); // Swift lets in the members of the project.
  });
});

describe('real Swift', () => {
  it('lets a reader read, and nobody else do anything: 403 is never absence', async () => {
    const own = await open(environmentOf(endpoint, member));
    await own.write('k', textSource('text'));
    const reading = await open(environmentOf(endpoint, reader));
    expect((await reading.stat('k')).size).toBe(4);
    await expect(reading.write('k', textSource('other'))).rejects.toMatchObject({ code: 'PermissionDenied' });
    await expect(reading.delete('k')).rejects.toMatchObject({ code: 'PermissionDenied' });
    const account = `${await originOfSwift()}/v1/AUTH_${member.projectId}`;
    const foreign = await open(environmentOf(endpoint, other), { endpoint: account });
    for (const call of [() => foreign.stat('k'), () => foreign.find('absent'), () => foreign.listPage('')]) {
      await expect(call()).rejects.toMatchObject({ code: 'PermissionDenied' });
    }
    await own.delete('k');
  });

  it('that has no such container says nothing of its keys', async () => {
    const missing = await open(environmentOf(endpoint, member), { url: `swift://${container}-missing` });
    const calls = [
      () => missing.stat('k'),
      () => missing.write('k', textSource('')),
      () => missing.delete('k'),
      () => missing.listPage(''),
    ];
    for (const call of calls) {
      const reason = expect.stringContaining('no such container');
      await expect(call()).rejects.toMatchObject({ code: 'InvalidArgument', reason });
    }
  });

  it('refuses a token that has ended, which is renewed with the password of now', async () => {
    const admin = new KeystoneAdmin(authUrl, endpoint.adminPassword);
    const who = await admin.add(`rotating-${randomUUID()}`, 'first-password', 'member', member.project);
    const file = join(directory, 'password');
    await writeFile(file, who.password);
    const store = await open(at(), {
      credentials: {
        authUrl,
        username: who.name,
        userDomain: 'Default',
        password: { file },
        project: member.project,
        projectDomain: 'Default',
      },
    });
    await store.write('k', textSource('one'));
    await admin.changePassword(who, 'second-password');
    await forgetTokens();
    await expect(store.stat('k')).rejects.toMatchObject({ code: 'Unauthenticated' });
    await writeFile(file, 'second-password');
    await onceSignedIn(() => store.write('k', textSource('two')));
    expect((await store.stat('k')).size).toBe(3);
    await store.delete('k');
  });
});

/** Keystone takes a token for one of before when it was made in the second in which the password was changed. */
async function onceSignedIn(call: () => Promise<unknown>): Promise<void> {
  while (true) {
    try {
      await call();
      return;
    } catch (error) {
      expect(error).toMatchObject({ code: 'Unauthenticated' });
    }
  }
}

function at(): Readonly<Record<string, string>> {
  return { OS_REGION_NAME: endpoint.region };
}

async function originOfSwift(): Promise<string> {
  return new URL((await plainClient(endpoint, member)).url).origin;
}

/** Makes Swift ask Keystone about every token again; it remembers them for five minutes. */
async function forgetTokens(): Promise<void> {
  const socket = connect(endpoint.memcachedPort, '127.0.0.1');
  socket.write('flush_all\r\n');
  await once(socket, 'data');
  socket.destroy();
}

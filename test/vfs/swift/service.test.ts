import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Environment } from '../../../lib/vfs/environment.ts';
import type { StoreDefinition } from '../../../lib/vfs/store-definition.ts';
import { swiftSettings } from '../../../lib/vfs/swift/settings.ts';
import { password, type SwiftCloud, startSwiftCloud } from './cloud.ts';

const variables = { OS_AUTH_URL: 'https://k.example.com', OS_USERID: 'u', OS_PASSWORD: 'p', HOME: '/nonexistent' };

async function service(environment: Environment, definition: Partial<StoreDefinition> = {}) {
  return (await swiftSettings({ url: 'swift://state/prefix', ...definition }, { ...variables, ...environment }))
    .service;
}

describe('region and interface', () => {
  let directory: string;
  const file = async (name: string, text: string) => {
    const path = join(directory, name);
    await writeFile(path, text);
    return path;
  };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'statesync-swift-service-'));
  });

  afterAll(() => rm(directory, { recursive: true }));

  it('are any region, and the public interface, where nothing is said', async () => {
    expect(await service({})).toEqual({ interface: 'public' });
  });

  it.each([
    ['North', 'North'],
    [`'North'`, 'North'],
    [`'`, `'`],
    [`'North`, `'North`],
  ])('are those of OS_REGION_NAME=%s, without the quotes around it', async (text, region) => {
    expect(await service({ OS_REGION_NAME: text })).toEqual({ region, interface: 'public' });
  });

  it('are those of the definition first', async () => {
    expect(await service({ OS_REGION_NAME: 'South' }, { region: 'North' })).toEqual({
      region: 'North',
      interface: 'public',
    });
  });

  it.each([
    [{ OS_INTERFACE: 'internal' }, 'internal'],
    [{ OS_INTERFACE: 'adminURL' }, 'admin'],
    [{ OS_ENDPOINT_TYPE: 'internalURL' }, 'internal'],
    [{ OS_INTERFACE: 'public', OS_ENDPOINT_TYPE: 'internalURL' }, 'public'],
  ])('%j means the interface %s', async (environment, name) => {
    expect((await service(environment)).interface).toBe(name);
  });

  it('are refused where the interface is none', async () => {
    await expect(service({ OS_INTERFACE: 'private' })).rejects.toMatchObject({
      code: 'InvalidArgument',
      reason: 'the interface "private" is none of Keystone\'s; expected public, internal or admin (OS_INTERFACE)',
    });
  });

  it('are those of the cloud: before the environment where the entry names it, after it where OS_CLOUD does', async () => {
    const auth = { auth_url: 'https://c.example.com', user_id: 'u', password: 'p' };
    const entry = { auth, region_name: 'OfCloud', interface: 'admin' };
    const environment = {
      OS_CLIENT_CONFIG_FILE: await file('clouds.yaml', JSON.stringify({ clouds: { acme: entry } })),
      OS_REGION_NAME: 'OfEnvironment',
      OS_INTERFACE: 'internal',
    };
    const credentials = { cloud: 'acme' };
    expect(await service(environment, { credentials })).toEqual({ region: 'OfCloud', interface: 'admin' });
    const named = { ...environment, OS_CLOUD: 'acme', OS_AUTH_URL: '' };
    expect(await service(named)).toEqual({ region: 'OfEnvironment', interface: 'internal' });
    expect(await service({ ...named, OS_REGION_NAME: '', OS_INTERFACE: '' })).toEqual({
      region: 'OfCloud',
      interface: 'admin',
    });
  });

  it('are those of the file that kOps reads, last: of [Global], or else of [Swift]', async () => {
    const global = await file('global', '[Global]\nregion = OfGlobal\n[Swift]\nregion = OfSwift\n');
    expect(await service({ OPENSTACK_CREDENTIAL_FILE: global })).toEqual({ region: 'OfGlobal', interface: 'public' });
    const swift = await file(
      'swift',
      '[Swift]\nregion = OfSwift\nservice_type = object-store\nservice_name = fast\navailability = internal\n',
    );
    const chosen = { region: 'OfSwift', serviceType: 'object-store', serviceName: 'fast', interface: 'internal' };
    expect(await service({ OPENSTACK_CREDENTIAL_FILE: swift })).toEqual(chosen);
    expect(await service({ OPENSTACK_CREDENTIAL_FILE: swift, OS_REGION_NAME: 'R' })).toEqual({
      region: 'R',
      interface: 'public',
    });
    const lacking = await file('lacking', '[Swift]\nservice_type = object-store\n');
    const missing = `missing region in section of Swift: ${lacking}`;
    await expect(service({ OPENSTACK_CREDENTIAL_FILE: lacking })).rejects.toMatchObject({ reason: missing });
  });
});

describe('the address of Swift', () => {
  let cloud: SwiftCloud;
  let other: SwiftCloud;

  beforeAll(async () => {
    cloud = await startSwiftCloud();
    other = await startSwiftCloud();
    const bytes = Buffer.from('there');
    cloud.account.put('state', 'k', { bytes, etag: '5c13d6d4f2a6d3bbd5a7f0b4b9d3f9b0', headers: {} });
  });

  afterAll(() => Promise.all([cloud.close(), other.close()]));

  afterEach(() => {
    cloud.swift.endpoints = undefined;
  });

  const dead = 'http://127.0.0.1:1';
  const found = async (definition: Partial<StoreDefinition> = {}, environment: Environment = {}) => {
    const store = await cloud.store(definition, environment);
    return (await store.listPage('')).entries.map(({ key }) => key);
  };

  it('is that of the region and the interface in the catalogue', async () => {
    cloud.swift.endpoints = [
      { region: 'North', interface: 'public', origin: dead },
      { region: 'South', interface: 'public', origin: dead },
      { region: 'South', interface: 'internal', origin: cloud.endpoint },
    ];
    expect(await found({ region: 'South' }, { OS_INTERFACE: 'internal' })).toEqual(['k']);
  });

  it('is none where the catalogue has none or several: the error names what there is', async () => {
    cloud.swift.endpoints = [
      { region: 'North', interface: 'public', origin: dead },
      { region: 'South', interface: 'public', origin: `${dead}1` },
    ];
    const error = { code: 'InvalidArgument', operation: 'list' };
    await expect(found({}, { OS_REGION_NAME: '' })).rejects.toMatchObject(error);
    await expect(found({}, { OS_REGION_NAME: '' })).rejects.toThrow(
      'Keystone\'s catalogue has more than one public endpoint of object-store, in "North", "South"; say which with OS_REGION_NAME',
    );
    await expect(found({ region: 'West' })).rejects.toThrow(
      'Keystone\'s catalogue has no public endpoint of object-store in the region "West"; there is one in "North", "South"',
    );
    await expect(found({}, { OS_INTERFACE: 'admin' })).rejects.toThrow(
      'the interface may be another one (OS_INTERFACE)',
    );
  });

  it('may have another host: that of the endpoint of the definition', async () => {
    cloud.swift.endpoints = [{ region: 'RegionOne', interface: 'public', origin: dead }];
    expect(await found({ endpoint: cloud.endpoint })).toEqual(['k']);
  });

  it('is the endpoint of the definition where that has a path, whatever the catalogue says', async () => {
    const admin = cloud.swift.keystone.people.addUser('admin', { password, isAdmin: true });
    const system = { OS_USERID: admin.id, OS_USERNAME: '', OS_PROJECT_NAME: '', OS_SYSTEM_SCOPE: 'all' };
    await expect(found({}, system)).rejects.toThrow('a token without a project has none');
    const endpoint = `${cloud.endpoint}/v1/AUTH_${cloud.project.id}/`;
    expect(await found({ endpoint }, system)).toEqual(['k']);
  });

  it.each(['swift.example.com', 'ftp://swift.example.com', 'https://u:p@swift.example.com'])(
    'is no endpoint like %s',
    async (endpoint) => {
      await expect(found({ endpoint })).rejects.toMatchObject({ code: 'InvalidArgument', operation: 'open' });
    },
  );

  it('has no part in the URL of the store, nor has anything else but the container', async () => {
    const { url } = await cloud.open({ url: 'swift://state/a/b', endpoint: cloud.endpoint });
    expect(url).toBe('swift://state');
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Environment } from '../../../lib/vfs/environment.ts';
import type { StoreDefinition } from '../../../lib/vfs/store-definition.ts';
import { startTlsFront, type TlsFront } from '../../loopback/tls/front.ts';
import { type SwiftCloud, startSwiftCloud } from './cloud.ts';

describe('a Swift behind TLS', () => {
  let cloud: SwiftCloud;
  let front: TlsFront;
  let directory: string;
  let caCert: string;

  beforeAll(async () => {
    cloud = await startSwiftCloud();
    front = await startTlsFront(cloud.endpoint);
    cloud.swift.endpoints = [{ region: 'RegionOne', interface: 'public', origin: front.endpoint }];
    directory = await mkdtemp(join(tmpdir(), 'statesync-swift-tls-'));
    caCert = join(directory, 'ca.pem');
    await writeFile(caCert, front.cert);
  });

  afterAll(async () => {
    await cloud.close();
    await front.close();
    await rm(directory, { recursive: true });
  });

  async function listing(definition: Partial<StoreDefinition> = {}, environment: Environment = {}) {
    const store = await cloud.store(definition, { OS_AUTH_URL: `${front.endpoint}/v3`, ...environment });
    return store.listPage('');
  }

  it('is not spoken to when nobody vouches for its certificate, and the error says what to do', async () => {
    await expect(listing()).rejects.toMatchObject({ code: 'Unavailable', maybeApplied: false });
    await expect(listing()).rejects.toThrow(
      /Keystone at .*is not trusted; name the certificates to trust with "caCert" or OS_CACERT/,
    );
  });

  it('is trusted by the certificates of OS_CACERT, and before them by those of the definition', async () => {
    expect((await listing({}, { OS_CACERT: caCert })).entries).toEqual([]);
    expect((await listing({ caCert }, { OS_CACERT: '/nonexistent.pem' })).entries).toEqual([]);
  });

  it.each(['true', '1'])('is trusted blindly with KOPS_OS_TLS_INSECURE_SKIP_VERIFY=%s', async (value) => {
    expect((await listing({}, { KOPS_OS_TLS_INSECURE_SKIP_VERIFY: value })).entries).toEqual([]);
  });

  it('is not trusted blindly with any other value', async () => {
    await expect(listing({}, { KOPS_OS_TLS_INSECURE_SKIP_VERIFY: 'yes' })).rejects.toMatchObject({
      code: 'Unavailable',
    });
  });

  it('is trusted as an entry of clouds.yaml says', async () => {
    const cloudsFile = join(directory, 'clouds.yaml');
    const auth = { auth_url: `${front.endpoint}/v3`, application_credential_id: cloud.credential.id };
    const entry = {
      auth_type: 'v3applicationcredential',
      auth: { ...auth, application_credential_secret: cloud.credential.secret },
    };
    await writeFile(
      cloudsFile,
      JSON.stringify({ clouds: { one: { ...entry, cacert: caCert }, two: { ...entry, verify: false }, three: entry } }),
    );
    const of = (name: string) => listing({ credentials: { cloud: name } }, { OS_CLIENT_CONFIG_FILE: cloudsFile });
    expect((await of('one')).entries).toEqual([]);
    expect((await of('two')).entries).toEqual([]);
    await expect(of('three')).rejects.toMatchObject({ code: 'Unavailable' });
  });

  it('has its certificates read before anything is sent', async () => {
    await expect(listing({}, { OS_CACERT: '/nonexistent.pem' })).rejects.toMatchObject({
      code: 'InvalidArgument',
      reason: 'the certificates to trust, /nonexistent.pem, cannot be read (ENOENT); check "caCert" or OS_CACERT',
    });
  });
});

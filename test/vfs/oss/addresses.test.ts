import { describe, expect, it } from '@jest/globals';
import { createClient } from '../../../lib/vfs/oss/client.ts';
import { openDriver } from '../../../lib/vfs/oss/open.ts';
import { ossSettings } from '../../../lib/vfs/oss/settings.ts';
import type { SignedRequest, Transport } from '../../../lib/vfs/oss/transport.ts';
import type { StoreDefinition } from '../../../lib/vfs/store-definition.ts';
import { EcsMetadataServer } from '../../loopback/oss/ecs-metadata-server.ts';
import { createManualClock } from '../../support/clock.ts';
import { startOss } from './bucket-at.ts';

type Environment = Readonly<Record<string, string>>;

/** Where a request to a key would go, and how it is signed. */
async function addressed(environment: Environment, own: Partial<StoreDefinition> = {}) {
  const settings = ossSettings({ url: 'oss://state/prefix', ...own }, environment);
  const sent: { address: string; signed: SignedRequest }[] = [];
  const transport = {
    request: async (address: string, signed: SignedRequest) => {
      sent.push({ address, signed });
      return { failure: 'not sent' };
    },
  } as unknown as Transport;
  const keys = { accessKeyId: 'id', accessKeySecret: 'secret' };
  const client = createClient(settings, settings.region ?? 'none', keys, transport);
  const { signal } = new AbortController();
  await client.request({ method: 'GET', bucket: settings.bucket, object: 'k', headers: {}, ctx: { signal } });
  return { settings, address: sent[0]?.address, headers: sent[0]?.signed.headers ?? {} };
}

function refusal(environment: Environment, own: Partial<StoreDefinition>): unknown {
  try {
    return ossSettings({ url: 'oss://state', ...own }, environment);
  } catch (error) {
    return error;
  }
}

describe('where a bucket is reached', () => {
  it.each([
    ['oss-cn-hangzhou', 'https://state.oss-cn-hangzhou.aliyuncs.com/k'],
    ['eu-central-1', 'https://state.oss-eu-central-1.aliyuncs.com/k'],
  ])('OSS_REGION=%s is %s, over TLS', async (OSS_REGION, expected) => {
    const { address, settings } = await addressed({ OSS_REGION });
    expect([address, settings.url]).toEqual([expected, 'oss://state']);
  });

  it.each(['1', 'false', 'true'])('ALIYUN_OSS_INTERNAL=%s is the internal address', async (ALIYUN_OSS_INTERNAL) => {
    const { address } = await addressed({ OSS_REGION: 'oss-cn-beijing', ALIYUN_OSS_INTERNAL });
    expect(address).toBe('https://state.oss-cn-beijing-internal.aliyuncs.com/k');
  });

  it('an empty ALIYUN_OSS_INTERNAL is not set', async () => {
    const { address } = await addressed({ OSS_REGION: 'oss-cn-beijing', ALIYUN_OSS_INTERNAL: '' });
    expect(address).toBe('https://state.oss-cn-beijing.aliyuncs.com/k');
  });

  it('the region of the definition wins over OSS_REGION, and over the one of its endpoint', async () => {
    const environment = { OSS_REGION: 'oss-cn-beijing' };
    const plain = await addressed(environment, { region: 'cn-shanghai' });
    expect(plain.address).toBe('https://state.oss-cn-shanghai.aliyuncs.com/k');
    const both = { region: 'cn-shanghai', endpoint: 'https://oss-cn-hangzhou.aliyuncs.com' };
    expect((await addressed(environment, both)).settings.region).toBe('cn-shanghai');
  });

  it.each([
    ['https://oss-cn-hangzhou.aliyuncs.com', 'cn-hangzhou'],
    ['oss-ap-southeast-1-internal.aliyuncs.com', 'ap-southeast-1'],
    ['https://oss-accelerate.aliyuncs.com', 'cn-beijing'],
    ['https://oss.example.com', 'cn-beijing'],
  ])('the endpoint %s is used as it is, and the region is %s', async (endpoint, region) => {
    const { address, settings } = await addressed({ OSS_REGION: 'oss-cn-beijing' }, { endpoint });
    const host = endpoint.replace('https://', '');
    expect([address, settings.region]).toEqual([`https://state.${host}/k`, region]);
  });

  it('without TLS only where the endpoint says so', async () => {
    const { address } = await addressed({}, { endpoint: 'http://oss-cn-hangzhou.aliyuncs.com' });
    expect(address).toBe('http://state.oss-cn-hangzhou.aliyuncs.com/k');
  });

  it('an address of numbers is connected to, and the bucket is named in the host header', async () => {
    const endpoint = 'http://127.0.0.1:4000';
    const { address, headers } = await addressed({ OSS_REGION: 'oss-cn-hangzhou' }, { endpoint });
    expect([address, headers['host']]).toEqual(['http://127.0.0.1:4000/k', 'state.oss-cn-hangzhou.aliyuncs.com']);
  });

  it('a signature is of the fourth version, and for the region', async () => {
    const { headers } = await addressed({ OSS_REGION: 'oss-cn-hangzhou' });
    expect(headers['authorization']).toMatch(
      /^OSS4-HMAC-SHA256 Credential=id\/\d{8}\/cn-hangzhou\/oss\/aliyun_v4_request,Signature=[0-9a-f]{64}$/,
    );
  });
});

describe('without OSS_REGION', () => {
  const keys = { ALIYUN_ACCESS_KEY_ID: 'LTAI-owner', ALIYUN_ACCESS_KEY_SECRET: 'secret-of-the-owner' };

  it('the machine is asked for its region, once', async () => {
    const [oss, metadata] = [await startOss(), new EcsMetadataServer()];
    oss.server.createBucket('state', { region: 'cn-beijing' });
    metadata.region = 'cn-beijing';
    const surroundings = { environment: keys, clock: createManualClock() };
    const definition = { url: 'oss://state', endpoint: oss.server.endpoint };
    const driver = openDriver(definition, surroundings, await metadata.start());
    const { signal } = new AbortController();
    for (let i = 0; i < 3; i += 1) {
      expect((await driver.listPage({ prefix: '', signal })).entries).toEqual([]);
    }
    expect(metadata.requests.snapshot()).toEqual({ 'api/token': 1, 'meta-data/region-id': 1 });
    await driver.close?.();
    await Promise.all([oss.close(), metadata.close()]);
  });

  it.each([
    ['there is no such page', undefined],
    ['the page is empty', ''],
  ])('nothing is opened when %s', async (_, region) => {
    const metadata = new EcsMetadataServer();
    metadata.region = region;
    const surroundings = { environment: keys, clock: createManualClock() };
    const driver = openDriver({ url: 'oss://state' }, surroundings, await metadata.start());
    const { signal } = new AbortController();
    await expect(driver.listPage({ prefix: 'p', signal })).rejects.toMatchObject({
      code: 'Unauthenticated',
      message: expect.stringContaining("list oss://state/p: can't get region-id from ECS metadata"),
    });
    await metadata.close();
  });
});

describe('what names no bucket is refused before any request', () => {
  const region = { OSS_REGION: 'oss-cn-hangzhou' };
  it.each([
    ['a bucket in upper case', region, { url: 'oss://State' }, /lower-case letters/],
    ['a bucket with a dot, which is no host name of the certificate', region, { url: 'oss://a.b' }, /3 to 63/],
    ['a bucket of two letters', region, { url: 'oss://ab' }, /3 to 63/],
    ['OSS_REGION', { OSS_REGION: 'https://oss' }, {}, /OSS_REGION is no region/],
    ['"region"', region, { region: 'Hangzhou' }, /"region" is no region/],
    ['an endpoint with a path', region, { endpoint: 'https://oss-cn-hangzhou.aliyuncs.com/x' }, /not of the form/],
    ['an endpoint with a password', region, { endpoint: 'https://me:hidden-value@oss.example.com' }, /not of the form/],
    ['an endpoint of another protocol', region, { endpoint: 'ftp://oss.example.com' }, /not of the form/],
    [
      'credentials of another store',
      region,
      { credentials: { profile: 'hidden' } as never },
      /accessKeySecret or ramRole/,
    ],
  ])('%s', (_, environment, own, message) => {
    const error = refusal(environment as Environment, own);
    expect(error).toMatchObject({ code: 'InvalidArgument', message: expect.stringMatching(message) });
    expect(`${error}`).not.toContain('hidden-value');
  });
});

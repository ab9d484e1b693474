import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { textSource } from '../../../lib/vfs/body.ts';
import { openDriver } from '../../../lib/vfs/s3/open.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { Revision } from '../../../lib/vfs/types.ts';
import { createManualClock } from '../../support/clock.ts';
import { textOf } from '../../support/sources.ts';
import { amazonAt, compatibleAt, type LocalCloud, startLocalCloud } from './local-cloud.ts';
import {
  errorAnswer,
  type Received,
  type ScriptedAnswer,
  type ScriptedServer,
  startScriptedServer,
} from './scripted-server.ts';

let cloud: LocalCloud;

beforeAll(async () => {
  cloud = await startLocalCloud();
  await cloud.createBucket('state');
  await cloud.createBucket('far-state', { region: 'eu-central-1' });
});

afterAll(() => cloud.close());

beforeEach(() => cloud.s3.requests.reset());

const requests = () => cloud.s3.requests.snapshot();

describe('the region of a bucket', () => {
  it('is asked for once, and then known', async () => {
    const store = cloud.store({ url: 's3://far-state' });
    await Promise.all([store.find('a'), store.find('b')]);
    await store.find('c');
    expect(requests()).toEqual({ HeadBucket: 1, HeadObject: 3 });
  });

  it('is not asked for when the definition says it', async () => {
    await cloud.store({ url: 's3://far-state', region: 'eu-central-1' }).listPage('');
    expect(requests()).toEqual({ ListObjectsV2: 1 });
  });

  it('is asked for again after a failure', async () => {
    const store = cloud.store({ url: 's3://far-state' });
    cloud.s3.faults = (operation) => (operation === 'HeadBucket' ? 'drop-connection' : undefined);
    await expect(store.write('k', textSource('x'))).rejects.toMatchObject({ code: 'Unavailable', maybeApplied: false });
    cloud.s3.faults = () => undefined;
    expect(await store.find('k')).toBeUndefined();
  });

  describe('as servers answer it', () => {
    let server: ScriptedServer;
    afterEach(() => server.close());

    async function regionSigned(head: ScriptedAnswer, environment = {}): Promise<string | undefined> {
      server = await startScriptedServer(({ method }) =>
        method === 'HEAD' ? head : { body: '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>' },
      );
      const driver = openDriver(
        { url: 's3://state' },
        { environment: { ...amazonAt(server.endpoint, cloud.owner), ...environment }, clock: createManualClock() },
      );
      await new Store(driver).listPage('');
      await driver.close?.();
      return /\/([a-z0-9-]+)\/s3\/aws4_request/.exec(server.only('GET').headers.authorization ?? '')?.[1];
    }

    it.each([
      [200, 'eu-west-1'],
      [301, 'eu-west-1'],
      [400, 'eu-west-1'],
      [403, 'eu-west-1'],
    ])('is taken from a %i', async (status, region) => {
      expect(await regionSigned({ status, headers: { 'x-amz-bucket-region': region } })).toBe(region);
    });

    it('is the region where it was asked when nothing is said', async () => {
      expect(await regionSigned({ status: 200 }, { AWS_REGION: 'eu-north-1' })).toBe('eu-north-1');
    });

    it('is asked for in AWS_REGION', async () => {
      await regionSigned({ headers: { 'x-amz-bucket-region': 'eu-west-1' } }, { AWS_REGION: 'eu-north-1' });
      expect(server.only('HEAD').headers.authorization).toContain('/eu-north-1/s3/');
    });

    it('stays unknown when the bucket denies and does not say it', async () => {
      await expect(regionSigned({ status: 403 })).rejects.toMatchObject({ code: 'PermissionDenied' });
    });
  });
});

describe('a bucket that does not exist', () => {
  const kinds = [
    ['Amazon S3', () => amazonAt(cloud.endpoint, cloud.owner)],
    ['a compatible store', () => compatibleAt(cloud.endpoint, cloud.owner)],
  ] as const;

  it.each(kinds)('never looks like an absent key at %s', async (_, environment) => {
    const store = cloud.store({ url: 's3://absent-bucket' }, { AWS_ENDPOINT_URL: undefined, ...environment() });
    const revision = 'r' as Revision;
    const calls = [
      () => store.stat('k'),
      () => store.find('k'),
      () => store.read('k'),
      () => store.readUnless('k', revision),
      () => store.delete('k'),
      () => store.delete('k', { precondition: { kind: 'if-match', revision } }),
      () => store.write('k', textSource('x')),
      () => store.write('k', textSource('x'), { precondition: { kind: 'if-match', revision } }),
      () => store.write('k', textSource('x'), { precondition: { kind: 'if-absent' } }),
      () => store.listPage(''),
      () => store.uploads.begin('k', { signal: new AbortController().signal, headers: {}, metadata: {} }),
      () => store.versions.list('', new AbortController().signal).next(),
    ];
    for (const call of calls) {
      await expect(call()).rejects.toMatchObject({
        code: 'InvalidArgument',
        reason: expect.stringContaining('there is no such bucket at this address'),
      });
    }
  });

  it('is looked for when a HEAD says 404, once a minute', async () => {
    const clock = createManualClock();
    const environment = compatibleAt(cloud.endpoint, cloud.owner);
    const store = new Store(openDriver({ url: 's3://state' }, { environment, clock }));
    await store.find('a');
    await store.find('b');
    expect(requests()).toEqual({ HeadBucket: 1, HeadObject: 2 });
    await clock.advance(60_000);
    await store.find('c');
    expect(requests()).toEqual({ HeadBucket: 2, HeadObject: 3 });
    await store.close();
  });

  it('is not looked for when the answer says that it is the key that is missing', async () => {
    const store = cloud.store({ url: 's3://state', region: 'us-east-1' });
    await expect(store.read('absent')).rejects.toMatchObject({ code: 'NotFound' });
    expect(requests()).toEqual({ GetObject: 1 });
  });
});

describe('a server that is no S3', () => {
  let server: ScriptedServer;
  afterEach(() => server.close());

  it('and answers 404 to everything never looks like an empty bucket', async () => {
    server = await startScriptedServer(() => ({ status: 404, body: '<html><body>not here</body></html>' }));
    const environment = compatibleAt(server.endpoint, cloud.owner);
    const store = new Store(openDriver({ url: 's3://state' }, { environment, clock: createManualClock() }));
    for (const call of [
      () => store.find('k'),
      () => store.read('k'),
      () => store.delete('k'),
      () => store.listPage(''),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'InvalidArgument' });
    }
    await store.close();
  });
});

describe('the owner of a bucket', () => {
  it('is named in every request, which fails on a bucket of somebody else', async () => {
    const store = cloud.store({ url: 's3://state', account: '222222222222' });
    await expect(store.find('k')).rejects.toMatchObject({ code: 'PermissionDenied' });
    const right = cloud.store({ url: 's3://state', account: '111111111111' });
    await right.write('owned', textSource('x'));
    expect(await textOf((await right.read('owned')).body)).toBe('x');
  });
});

describe('ACL and encryption of what is written', () => {
  let server: ScriptedServer;
  afterEach(() => server.close());

  async function written(
    encryption: ScriptedAnswer,
    environment: Record<string, string> = {},
    kind = amazonAt,
  ): Promise<Received> {
    server = await startScriptedServer(({ method, url }) => {
      return method === 'GET' && url.includes('encryption') ? encryption : { headers: { etag: '"e"' } };
    });
    const all = { ...kind(server.endpoint, cloud.owner), ...environment };
    const definition = { url: 's3://state', region: 'us-east-1', account: '111111111111' };
    const store = new Store(openDriver(definition, { environment: all, clock: createManualClock() }));
    await store.write('first', textSource('x'));
    await store.write('second', textSource('x'));
    await store.close();
    return server.only('PUT', 'second');
  }

  const rule = { body: '<ServerSideEncryptionConfiguration><Rule/></ServerSideEncryptionConfiguration>' };

  it('a bucket with a rule of its own gets no encryption header, and is asked once', async () => {
    expect((await written(rule)).headers).not.toHaveProperty('x-amz-server-side-encryption');
    expect(server.only('GET').url).toContain('encryption');
  });

  it.each([
    ['has none', errorAnswer(404, 'ServerSideEncryptionConfigurationNotFoundError')],
    ['denies the question', errorAnswer(403, 'AccessDenied')],
  ])('a bucket that %s gets AES256', async (_, answer) => {
    expect((await written(answer)).headers['x-amz-server-side-encryption']).toBe('AES256');
  });

  it('a failed question writes nothing, for the rule may be one of KMS', async () => {
    await expect(written(errorAnswer(503, 'SlowDown'))).rejects.toMatchObject({
      code: 'RateLimited',
      maybeApplied: false,
    });
    expect(server.received.filter(({ method }) => method === 'PUT')).toEqual([]);
  });

  it('a compatible store is not asked and gets no header', async () => {
    expect((await written(rule, {}, compatibleAt)).headers).not.toHaveProperty('x-amz-server-side-encryption');
    expect(server.received.map(({ method }) => method)).toEqual(['PUT', 'PUT']);
  });

  it('no ACL is sent, unless KOPS_STATE_S3_ACL names one', async () => {
    expect((await written(rule)).headers).not.toHaveProperty('x-amz-acl');
    await server.close();
    const named = await written(rule, { KOPS_STATE_S3_ACL: 'bucket-owner-full-control' });
    expect(named.headers['x-amz-acl']).toBe('bucket-owner-full-control');
    await server.close();
    const compatible = await written(rule, { KOPS_STATE_S3_ACL: 'private' }, compatibleAt);
    expect(compatible.headers['x-amz-acl']).toBe('private');
  });

  it('the expected owner is in every request', async () => {
    await written(rule);
    expect(server.received.map(({ headers }) => headers['x-amz-expected-bucket-owner'])).toEqual(
      server.received.map(() => '111111111111'),
    );
  });
});

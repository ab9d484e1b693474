import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { textSource } from '../../../lib/vfs/body.ts';
import { digestBytes } from '../../../lib/vfs/checksums.ts';
import { openStore } from '../../../lib/vfs/open.ts';
import { createClient } from '../../../lib/vfs/s3/client.ts';
import { openDriver } from '../../../lib/vfs/s3/open.ts';
import { s3Settings } from '../../../lib/vfs/s3/settings.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { StoreDefinition } from '../../../lib/vfs/store-definition.ts';
import type { Revision } from '../../../lib/vfs/types.ts';
import { createFastClock, createManualClock } from '../../support/clock.ts';
import { contentsOf } from '../../support/memory-stores.ts';
import { chunkedSource, patternBytes, textOf } from '../../support/sources.ts';
import { compatibleAt, type LocalCloud, startLocalCloud } from './local-cloud.ts';
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts';

const flavours = ['do', 'linode', 'hos', 'scw'] as const;
const keys = { S3_ACCESS_KEY_ID: 'id', S3_SECRET_ACCESS_KEY: 'hidden-value' };
const endpoint = 'https://objects.example.com';

describe.each(flavours)('the settings of a %s:// bucket', (scheme) => {
  const settingsOf = (environment: Record<string, string>, definition: Partial<StoreDefinition> = {}) =>
    s3Settings({ url: `${scheme}://state/prefix`, ...definition }, environment);

  it('are those of a compatible store at S3_ENDPOINT, under its own scheme', () => {
    expect(settingsOf({ S3_ENDPOINT: endpoint, ...keys, S3_REGION: 'nyc3', AWS_REGION: 'eu-west-1' })).toMatchObject({
      bucket: 'state',
      url: `${scheme}://state`,
      amazon: false,
      endpoint,
      region: 'nyc3',
      pathStyle: true,
      dualStack: false,
      signIn: { accessKeyId: { env: 'S3_ACCESS_KEY_ID' }, secretAccessKey: { env: 'S3_SECRET_ACCESS_KEY' } },
      capabilities: { statChecksums: ['md5'], writeVerifies: ['md5', 'sha256'] },
    });
    expect(settingsOf({ S3_ENDPOINT: endpoint, ...keys }).region).toBe('us-east-1');
  });

  it.each([{}, { S3_ENDPOINT: '' }, { AWS_ENDPOINT_URL_S3: endpoint, AWS_ENDPOINT_URL: endpoint }])(
    'need an S3_ENDPOINT, which kOps asks for in these words: %j',
    (environment) => {
      expect(() => settingsOf({ ...environment, ...keys })).toThrow(
        expect.objectContaining({
          code: 'InvalidArgument',
          reason: `required S3_ENDPOINT env var for path: "${scheme}://state/prefix"`,
        }),
      );
    },
  );

  it('take the endpoint, the region and the style of the definition first', () => {
    const own = { endpoint: 'https://own.example.com', region: 'fra1', pathStyle: false };
    expect(settingsOf({ S3_ENDPOINT: endpoint, ...keys }, own)).toMatchObject(own);
    expect(settingsOf(keys, own)).toMatchObject(own);
  });

  it.each(['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'])("need %s, in kOps's words", (name) => {
    expect(() => settingsOf({ S3_ENDPOINT: endpoint, ...keys, [name]: '' })).toThrow(
      expect.objectContaining({
        code: 'Unauthenticated',
        message: `open ${scheme}://state: ${name} cannot be empty when S3_ENDPOINT is not empty`,
      }),
    );
  });

  it('send no ACL, whatever KOPS_STATE_S3_ACL says', () => {
    const environment = { S3_ENDPOINT: endpoint, ...keys, KOPS_STATE_S3_ACL: 'private' };
    expect(settingsOf(environment)).not.toHaveProperty('acl');
  });

  it('never take it for Amazon S3, not even at its address', () => {
    const amazon = 'https://s3.eu-west-1.amazonaws.com';
    expect(settingsOf({ S3_ENDPOINT: amazon, ...keys }).amazon).toBe(false);
    expect(settingsOf(keys, { endpoint: amazon }).amazon).toBe(false);
  });

  it('put the bucket into the host name where the definition says so', async () => {
    const addresses: string[] = [];
    const handler = {
      handle: async ({ hostname, path }: { readonly hostname: string; readonly path: string }) => {
        addresses.push(hostname + path);
        throw new Error('nothing is sent');
      },
    } as unknown as NodeHttpHandler;
    for (const pathStyle of [true, false]) {
      const settings = settingsOf({ S3_ENDPOINT: endpoint, ...keys }, { pathStyle });
      const credentials = async () => ({ accessKeyId: 'id', secretAccessKey: 'x' });
      const put = new PutObjectCommand({ Bucket: 'state', Key: 'k', Body: 'x' });
      await createClient(settings, 'us-east-1', credentials, handler)
        .send(put)
        .catch(() => {});
    }
    expect(addresses).toEqual(['objects.example.com/state/k', 'state.objects.example.com/k']);
  });
});

describe('what a write to a flavour sends', () => {
  let server: ScriptedServer;
  afterEach(() => server.close());

  it.each(flavours)(
    '%s:// gets no encryption, no ACL and no checksum header, and is not asked for its rules',
    async (scheme) => {
      server = await startScriptedServer(({ method }) => (method === 'PUT' ? { headers: { etag: '"e"' } } : {}));
      const environment = { S3_ENDPOINT: server.endpoint, ...keys, KOPS_STATE_S3_ACL: 'public-read' };
      const store = new Store(openDriver({ url: `${scheme}://state` }, { environment, clock: createManualClock() }));
      const bytes = patternBytes(1000);
      const source = chunkedSource([bytes], { checksums: await digestBytes(bytes, ['crc64nvme']) });
      await store.write('k', source, { headers: { contentType: 'text/plain' }, metadata: { a: 'b' } });
      await store.close();
      const { headers, url } = server.only('PUT', '/k');
      expect(url).toBe('/state/k?x-id=PutObject');
      expect(Object.keys(headers).filter((name) => /checksum|encryption|acl|trailer|grant|sdk/.test(name))).toEqual([
        'amz-sdk-invocation-id',
        'amz-sdk-request',
      ]);
      expect(headers).toMatchObject({ 'content-type': 'text/plain', 'x-amz-meta-a': 'b' });
      expect(
        server.received.filter(({ method, url: asked }) => method === 'GET' || /encryption|acl/.test(asked)),
      ).toEqual([]);
    },
  );
});

describe('a flavour against a server', () => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await startLocalCloud();
    await cloud.createBucket('one');
    await cloud.createBucket('two');
  });
  afterAll(() => cloud.close());

  const storeOf = (url: string, environment = compatibleAt(cloud.endpoint, cloud.owner)) =>
    cloud.store({ url }, environment);

  it.each(flavours)('%s:// writes under conditions, lists, reads and deletes', async (scheme) => {
    const store = await openStore(
      { url: `${scheme}://one/${scheme}` },
      { environment: compatibleAt(cloud.endpoint, cloud.owner), clock: createFastClock() },
    );
    const { revision } = await store.write('a/b', textSource('first'), { precondition: { kind: 'if-absent' } });
    await expect(
      store.write('a/b', textSource('other'), { precondition: { kind: 'if-absent' } }),
    ).rejects.toMatchObject({ code: 'AlreadyExists' });
    await store.write('a/b', textSource('second'), { precondition: { kind: 'if-match', revision } });
    expect(await contentsOf(store)).toEqual({ 'a/b': 'second' });
    await expect(store.delete('a/b', { precondition: { kind: 'if-match', revision } })).rejects.toMatchObject({
      code: 'PreconditionFailed',
    });
    await store.delete('a/b');
    await expect(store.stat('a/b')).rejects.toMatchObject({
      code: 'NotFound',
      target: `${scheme}://one/${scheme}/a/b`,
    });
    expect(store.url).toBe(`${scheme}://one/${scheme}`);
    await store.close();
  });

  it('copies by itself between flavours of one endpoint and one identity', async () => {
    const [from, to] = [storeOf('do://one'), storeOf('scw://two')];
    const { revision: sourceIfMatch } = await from.write('copied', textSource('x'));
    expect(await to.copyFrom(from, 'copied', 'copied', { sourceIfMatch })).toBeDefined();
    expect(await textOf((await to.read('copied')).body)).toBe('x');
  });

  it('leaves a copy to the caller where the endpoint or the identity is another, without a request', async () => {
    const stranger = cloud.identities.addUser('222222222222', 'stranger');
    const to = storeOf('do://two');
    const others = [
      storeOf('linode://one', compatibleAt(cloud.endpoint, stranger)),
      storeOf('hos://one', compatibleAt(cloud.endpoint.replace('127.0.0.1', 'localhost'), cloud.owner)),
    ];
    cloud.s3.requests.reset();
    for (const from of others) {
      expect(await to.copyFrom(from, 'copied', 'k', { sourceIfMatch: 'r' as Revision })).toBeUndefined();
    }
    expect(cloud.s3.requests.total).toBe(0);
  });
});

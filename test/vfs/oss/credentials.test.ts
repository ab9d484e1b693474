import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Driver } from '../../../lib/vfs/driver.ts';
import { EcsMetadata } from '../../../lib/vfs/oss/ecs-metadata.ts';
import { openDriver } from '../../../lib/vfs/oss/open.ts';
import type { OssCredentials } from '../../../lib/vfs/store-definition.ts';
import { EcsMetadataServer, type RoleKeys } from '../../loopback/oss/ecs-metadata-server.ts';
import { OssServer } from '../../loopback/oss/server.ts';
import { createManualClock } from '../../support/clock.ts';

const hour = 3_600_000;
const { signal } = new AbortController();
const owner = { id: 'LTAI-owner', secret: 'hidden-secret' };
let server: OssServer;
let metadata: EcsMetadataServer;
let metadataAddress: string;
let home: string;
let clock: ReturnType<typeof createManualClock>;
let drivers: Driver[];

beforeEach(async () => {
  clock = createManualClock();
  // The server goes by the system's clock for signatures; the machine's keys expire by the other.
  server = new OssServer({ keys: [owner] });
  server.createBucket('state');
  metadata = new EcsMetadataServer();
  drivers = [];
  [metadataAddress, home] = await Promise.all([metadata.start(), mkdtemp(join(tmpdir(), 'oss-')), server.start()]);
});

afterEach(async () => {
  await Promise.all(drivers.map((driver) => driver.close?.()));
  await Promise.all([server.close(), metadata.close(), rm(home, { recursive: true })]);
});

function open(environment: Record<string, string>, credentials?: OssCredentials): Driver {
  const place = { url: 'oss://state', endpoint: server.endpoint, region: 'cn-hangzhou' };
  const driver = openDriver({ ...place, ...(credentials && { credentials }) }, { environment, clock }, metadataAddress);
  drivers.push(driver);
  return driver;
}

/** One request that must be signed; the number of keys that the bucket has. */
async function used(driver: Driver): Promise<number> {
  return (await driver.listPage({ prefix: '', signal })).entries.length;
}

async function failureOf(work: () => Promise<unknown>): Promise<Error & { code: string }> {
  const error = await Promise.resolve()
    .then(work)
    .then(
      () => {
        throw new Error('there were credentials');
      },
      (reason: Error & { code: string }) => reason,
    );
  expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/hidden-/);
  return error;
}

/** Gives the machine a role, of which the server knows the keys. */
function grant(name: string, expiresAt = clock.now() + 6 * hour): RoleKeys {
  const keys = {
    accessKeyId: `STS.${name}`,
    accessKeySecret: `hidden-secret-${name}`,
    securityToken: `hidden-token-${name}`,
    expiresAt,
  };
  const { accessKeyId: id, accessKeySecret: secret, securityToken: token } = keys;
  server.keys.set(id, { id, secret, token });
  metadata.role = 'kops-nodes';
  metadata.keys = keys;
  return keys;
}

describe('the environment', () => {
  it('gives the keys that kOps takes', async () => {
    const environment = { ALIYUN_ACCESS_KEY_ID: owner.id, ALIYUN_ACCESS_KEY_SECRET: owner.secret };
    expect(await used(open(environment))).toBe(0);
    expect(metadata.requests.total).toBe(0);
  });

  it('wins over the role of the function and of the machine', async () => {
    grant('machine');
    const environment = {
      ALIYUN_ACCESS_KEY_ID: owner.id,
      ALIYUN_ACCESS_KEY_SECRET: 'hidden-wrong',
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'STS.machine',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'hidden-secret-machine',
      ALIBABA_CLOUD_SECURITY_TOKEN: 'hidden-token-machine',
    };
    const error = await failureOf(() => used(open(environment)));
    expect(error).toMatchObject({ code: 'Unauthenticated', message: expect.stringContaining('SignatureDoesNotMatch') });
  });

  it('with an id and no secret is refused in the words of kOps, before any request', async () => {
    const error = await failureOf(async () => open({ ALIYUN_ACCESS_KEY_ID: owner.id, ALIYUN_ACCESS_KEY_SECRET: '' }));
    expect(error).toMatchObject({
      code: 'Unauthenticated',
      message: 'open oss://state: error building aliyun oss client: ALIYUN_ACCESS_KEY_SECRET cannot be empty',
    });
  });

  it('with a secret and no id has none, as for kOps', async () => {
    const error = await failureOf(() => used(open({ ALIYUN_ACCESS_KEY_SECRET: owner.secret })));
    expect(error.message).toContain("ALIYUN_ACCESS_KEY_ID not set; Can't find role from ECS metadata");
  });
});

describe('keys by reference', () => {
  const references = { accessKeyId: { env: 'MY_ID' }, accessKeySecret: { env: 'MY_SECRET' } };

  it('win over the environment', async () => {
    const environment = {
      ALIYUN_ACCESS_KEY_ID: 'nobody',
      ALIYUN_ACCESS_KEY_SECRET: 'hidden-nothing',
      MY_ID: owner.id,
      MY_SECRET: owner.secret,
    };
    expect(await used(open(environment, references))).toBe(0);
  });

  it('come with the token of a session', async () => {
    server.keys.set('STS.me', { id: 'STS.me', secret: 'hidden-s', token: 'hidden-t' });
    const environment = { MY_ID: 'STS.me', MY_SECRET: 'hidden-s', MY_TOKEN: 'hidden-t' };
    expect(await used(open(environment, { ...references, securityToken: { env: 'MY_TOKEN' } }))).toBe(0);
    const without = await failureOf(() => used(open(environment, references)));
    expect(without).toMatchObject({ code: 'Unauthenticated', message: expect.stringContaining('InvalidAccessKeyId') });
  });

  it.each([
    ['accessKeyId', { MY_SECRET: 'hidden-s' }, 'accessKeyId: environment variable MY_ID is not set'],
    ['accessKeySecret', { MY_ID: 'id' }, 'accessKeySecret: environment variable MY_SECRET is not set'],
  ])('name what is missing: %s', async (_, environment, message) => {
    const error = await failureOf(() => used(open(environment as Record<string, string>, references)));
    expect(error).toMatchObject({ code: 'Unauthenticated', message: `list oss://state/: ${message}` });
  });

  it('name a file that cannot be read', async () => {
    const credentials = { accessKeyId: { env: 'MY_ID' }, accessKeySecret: { file: join(home, 'absent') } };
    const error = await failureOf(() => used(open({ MY_ID: 'id' }, credentials)));
    expect(error).toMatchObject({ code: 'Unauthenticated', message: expect.stringMatching(/absent cannot be read/) });
  });

  it('are read anew: after a minute, and at once when they were turned down', async () => {
    const files = { accessKeyId: { file: join(home, 'id') }, accessKeySecret: { file: join(home, 'secret') } };
    const write = async ({ id, secret }: { id: string; secret: string }) => {
      await Promise.all([writeFile(files.accessKeyId.file, `${id}\n`), writeFile(files.accessKeySecret.file, secret)]);
    };
    await write(owner);
    const driver = open({}, files);
    await used(driver);
    const next = { id: 'LTAI-next', secret: 'hidden-next' };
    server.keys.set(next.id, next);
    await write(next);
    await used(driver);
    server.keys.delete(owner.id);
    await clock.advance(60_000);
    await used(driver);
    const last = { id: 'LTAI-last', secret: 'hidden-last' };
    server.keys.delete(next.id);
    server.keys.set(last.id, last);
    await write(last);
    expect(await failureOf(() => used(driver))).toMatchObject({ code: 'Unauthenticated' });
    expect(await used(driver)).toBe(0);
  });
});

describe('the RAM role of the machine', () => {
  it('is found without a name, as for kOps, and is asked for once', async () => {
    grant('machine');
    const driver = open({});
    await Promise.all([used(driver), used(driver), used(driver)]);
    await used(driver);
    expect(metadata.requests.snapshot()).toEqual({
      'api/token': 2,
      'meta-data/ram/security-credentials/': 1,
      'meta-data/ram/security-credentials/kops-nodes': 1,
    });
  });

  it('is taken by its name', async () => {
    grant('machine');
    expect(await used(open({}, { ramRole: 'kops-nodes' }))).toBe(0);
    expect(metadata.requests.of('meta-data/ram/security-credentials/')).toBe(0);
  });

  it('is found where the machine knows no hardened mode', async () => {
    grant('machine');
    metadata.hardened = false;
    expect(await used(open({}))).toBe(0);
  });

  it('gives new keys before the old ones expire', async () => {
    const first = grant('first');
    const driver = open({});
    await used(driver);
    grant('second', first.expiresAt + 6 * hour);
    await clock.advance(6 * hour - 301_000);
    await used(driver);
    expect(metadata.requests.of('meta-data/ram/security-credentials/kops-nodes')).toBe(1);
    server.keys.delete(first.accessKeyId);
    await clock.advance(1_000);
    await used(driver);
    expect(metadata.requests.of('meta-data/ram/security-credentials/kops-nodes')).toBe(2);
  });

  it('is used on with its old keys while there are no new ones, until they expire', async () => {
    grant('machine', clock.now() + hour);
    const driver = open({});
    await used(driver);
    metadata.failing = 503;
    await clock.advance(hour - 200_000);
    await used(driver);
    await clock.advance(200_000);
    expect(await failureOf(() => used(driver))).toMatchObject({ code: 'Unavailable', maybeApplied: false });
  });

  it('that OSS says has expired is asked for anew', async () => {
    const { accessKeyId: id, accessKeySecret: secret, securityToken: token } = grant('old');
    const driver = open({});
    await used(driver);
    server.keys.set(id, { id, secret, token, expiresAt: Date.now() - 1 });
    grant('new');
    const error = await failureOf(() => used(driver));
    expect(error).toMatchObject({ code: 'Unauthenticated', message: expect.stringContaining('SecurityTokenExpired') });
    expect(await used(driver)).toBe(0);
  });

  it.each([
    ['has no role', () => undefined, "Can't find role from ECS metadata: metadata server"],
    ['says that it failed', () => (metadata.role = 'kops-nodes'), "Can't get role token: the answer about RAM role"],
    ['fails', () => (metadata.failing = 404), "Can't find role from ECS metadata"],
  ])('is named when the machine %s', async (_, prepare, message) => {
    prepare();
    const error = await failureOf(() => used(open({})));
    expect(error).toMatchObject({ code: 'Unauthenticated', message: expect.stringContaining(message) });
    expect(error.message).toContain('ALIYUN_ACCESS_KEY_ID not set');
  });

  it('is named when there is no metadata server', async () => {
    await metadata.close();
    const error = await failureOf(() => used(open({}, { ramRole: 'kops-nodes' })));
    expect(error).toMatchObject({ code: 'Unauthenticated', message: expect.stringMatching(/not reachable/) });
  });

  it('a server that does not answer in time is no lack of credentials', async () => {
    metadata.hanging = true;
    const error = await failureOf(() => new EcsMetadata(metadataAddress, 20).roleName());
    expect(error).toMatchObject({ code: 'Unavailable', message: expect.stringContaining('not reachable (0.02 s)') });
  });

  it('a server that is busy is no lack of credentials', async () => {
    metadata.failing = 503;
    expect(await failureOf(() => used(open({})))).toMatchObject({ code: 'Unavailable', maybeApplied: false });
  });
});

describe('the RAM role of the function', () => {
  const environment = {
    ALIBABA_CLOUD_ACCESS_KEY_ID: 'STS.function',
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'hidden-secret-function',
    ALIBABA_CLOUD_SECURITY_TOKEN: 'hidden-token-function',
  };

  it.each([undefined, { ramRole: 'function' }])('comes before that of the machine (%j)', async (credentials) => {
    grant('machine');
    server.keys.set('STS.function', {
      id: 'STS.function',
      secret: 'hidden-secret-function',
      token: 'hidden-token-function',
    });
    expect(await used(open(environment, credentials))).toBe(0);
    expect(metadata.requests.total).toBe(0);
  });

  it('needs all three variables', async () => {
    grant('machine');
    const { ALIBABA_CLOUD_SECURITY_TOKEN: _, ...keys } = environment;
    expect(await used(open(keys))).toBe(0);
    expect(metadata.requests.total).toBeGreaterThan(0);
  });
});

import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CommandContext } from '../../cli/context.ts';
import { openDestination } from '../../cli/sync/destination.ts';
import { systemClock } from '../../lib/flow/clock.ts';
import { IdentityRegistry } from '../../lib/local-cloud/identity.ts';
import { LocalS3 } from '../../lib/local-cloud/s3/server.ts';
import { OssServer } from '../loopback/oss/server.ts';
import { Kept, statesync } from './run-cli.ts';
import { workingDirectory } from './working-directory.ts';

const identities = new IdentityRegistry();
const s3 = new LocalS3({ identities });
const owner = identities.addUser('111111111111', 'owner');
const { accessKeyId, secretAccessKey } = owner;

beforeAll(async () => {
  await s3.start();
  const client = new S3Client({ endpoint: s3.endpoint, region: 'us-east-1', credentials: owner, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: 'replica' }));
  client.destroy();
});

afterAll(() => s3.close());

async function opened(capabilities?: Readonly<Record<string, boolean | number>>) {
  const [stdout, stderr] = [new Kept(), new Kept()];
  const env = { S3_ENDPOINT: s3.endpoint, S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey };
  const { signal } = new AbortController();
  const io = { stdout, stderr, signal, env, cwd: '/', home: '/', clock: systemClock, ask: undefined };
  const context = new CommandContext(io, { output: 'table', color: false });
  const definition = { url: 's3://replica', ...(capabilities && { capabilities }) };
  const destination = await openDestination(context, definition, { dryRun: false });
  const before = s3.requests.of('PutObject');
  const store = await destination.ready();
  await context.close();
  return { store, stderr: stderr.text, writes: s3.requests.of('PutObject') - before };
}

describe('a destination that is only like Amazon S3', () => {
  beforeEach(() => {
    s3.faults = () => undefined;
  });

  it('is relied on as far as a probe goes', async () => {
    const { store, stderr } = await opened();
    expect(store.capabilities).toMatchObject({ writeIfAbsent: true, writeIfMatch: true, deleteIfMatch: true });
    expect(stderr).toBe('');
  });

  it('has none of its conditions relied on where the probe is denied, and a warning says what to do', async () => {
    s3.faults = (operation, _, key) =>
      operation === 'PutObject' && key.startsWith('.statesync/') ? { status: 403, code: 'AccessDenied' } : undefined;
    const { store, stderr } = await opened();
    expect(store.capabilities).toMatchObject({
      writeIfAbsent: false,
      writeIfMatch: false,
      deleteIfMatch: false,
      copyConditional: false,
      multipartConditional: false,
    });
    expect(store.capabilities.multipart).toBe(true);
    expect(stderr).toMatch(/^warning: s3:\/\/replica does not allow .* conditions are not relied on; run "statesync /);
  });

  it.each([
    [{}, false],
    [{ deleteIfMatch: false }, false],
    [{ writeIfAbsent: true, maxKeyBytes: 512 }, false],
    [{ maxKeyBytes: 512 }, true],
  ])('with %j in its entry is probed: %s', async (capabilities, isProbed) => {
    expect((await opened(capabilities)).writes > 0).toBe(isProbed);
  });
});

describe('a bucket of OSS', () => {
  it.each(['Enabled', 'Suspended', undefined] as const)('with versions %s is written by hand', async (versioning) => {
    const server = new OssServer({ keys: [{ id: 'LTAI-owner', secret: 'hidden' }] });
    const bucket = server.createBucket('replica', versioning && { versioning });
    const endpoint = await server.start();
    const cwd = await workingDirectory({
      'from/c/config': 'x',
      'statesync.yaml': `version: 1\nstores: { replica: { url: oss://replica, region: cn-hangzhou, endpoint: "${endpoint}" } }\n`,
    });
    const env = { ALIYUN_ACCESS_KEY_ID: 'LTAI-owner', ALIYUN_ACCESS_KEY_SECRET: 'hidden' };
    const argv = ['sync', './from', 'replica', '--yes', '--gate', 'off', '--sensitive', 'include'];
    const { code, stdout, stderr } = await statesync(argv, { cwd, env });
    await server.close();
    expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
    expect(bucket.find('c/config', undefined).content).toBeDefined();
    expect(stderr).toContain('make sure that nobody else writes TO meanwhile');
  });
});

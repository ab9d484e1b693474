import {
  CreateBucketCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { IdentityRegistry } from '../../lib/local-cloud/identity.ts';
import { LocalS3 } from '../../lib/local-cloud/s3/server.ts';
import { createFastClock } from '../support/clock.ts';
import { type ForgetfulProxy, startForgetfulProxy } from '../vfs/s3/forgetful-proxy.ts';
import { memoryStore } from './memory-store.ts';
import { statesync as run } from './run-cli.ts';
import { workingDirectory } from './working-directory.ts';

/** Nobody waits between attempts. */
const statesync = (argv: readonly string[], surroundings: Parameters<typeof run>[1] = {}) =>
  run(argv, { clock: createFastClock(), ...surroundings });

const identities = new IdentityRegistry();
const s3 = new LocalS3({ identities });
const owner = identities.addUser('111111111111', 'owner');
const stranger = identities.addUser('222222222222', 'stranger');
let proxy: ForgetfulProxy;
let client: S3Client;

beforeAll(async () => {
  await s3.start();
  client = new S3Client({ endpoint: s3.endpoint, region: 'us-east-1', credentials: owner, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: 'state' }));
  await client.send(
    new PutBucketVersioningCommand({ Bucket: 'state', VersioningConfiguration: { Status: 'Enabled' } }),
  );
  // Deletes and completes whatever the condition says, and takes a wrong MD5.
  proxy = await startForgetfulProxy(s3.endpoint, owner, ({ method }) =>
    method === 'DELETE' || method === 'POST' ? ['if-match', 'if-none-match'] : ['content-md5'],
  );
});

afterAll(async () => {
  client.destroy();
  await proxy.close();
  await s3.close();
});

const environmentAt = (endpoint: string, { accessKeyId, secretAccessKey } = owner) => ({
  S3_ENDPOINT: endpoint,
  S3_ACCESS_KEY_ID: accessKeyId,
  S3_SECRET_ACCESS_KEY: secretAccessKey,
});

const lies = { deleteIfMatch: false, multipartConditional: false, writeVerifies: ['sha256'] };

function configOf(entry: string): Readonly<Record<string, string>> {
  return {
    'statesync.yaml': `version: 1\nstores:\n  prod: { url: s3://state, endpoint: "${proxy.endpoint}"${entry} }\n`,
  };
}

describe('store probe', () => {
  it('finds a store that keeps every promise, and ends with 0', async () => {
    const { url } = await memoryStore({ 'c/config': 'x' });
    const { code, stdout, stderr } = await statesync(['store', 'probe', url]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: `probing ${url}; no object of it is left behind\n` });
    expect(stdout).toMatch(/^CAPABILITY +DECLARED +HONOURED\nreadRange +yes +yes\n/);
    expect(stdout).toMatch(/\nlistSorted +yes +not tried\n/);
    expect(stdout).toMatch(/\nversions +no +-\n/);
    expect(stdout).toMatch(/\nas source +cas\nas destination +cas\n/);
    expect(stdout).toMatch(/\n {4}capabilities: \{\}\n$/);
    expect((await statesync(['ls', url, '-r'])).stdout).not.toContain('.statesync');
  });

  it('finds out what a store accepts and ignores, tells the guarantee that is left, and ends with 2', async () => {
    const { code, stdout } = await statesync(['store', 'probe', 's3://state/kops'], {
      env: environmentAt(proxy.endpoint),
    });
    expect(code).toBe(2);
    expect(stdout).toMatch(/\nwriteIfMatch +yes +yes\n/);
    expect(stdout).toMatch(/\ndeleteIfMatch +yes +no\n/);
    expect(stdout).toMatch(/\nwriteVerifies +md5, sha256 +sha256\n/);
    expect(stdout).toMatch(
      /\nas source +cas\nas destination +leased\n +s3:\/\/state\/kops has no conditional delete\n/,
    );
    expect(stdout).toMatch(
      /\n {4}capabilities:\n {6}deleteIfMatch: false\n {6}multipartConditional: false\n {6}writeVerifies: \["sha256"\]\n$/,
    );
  });

  it('writes the same as JSON, with the lines to pin, and leaves no object, no version and no upload', async () => {
    const { code, stdout } = await statesync(['store', 'probe', 'do://state', '-o', 'json'], {
      env: environmentAt(proxy.endpoint),
    });
    const document = JSON.parse(stdout);
    expect(code).toBe(2);
    expect(document).toMatchObject({
      kind: 'store-probe',
      store: 'do://state',
      honest: false,
      guarantee: { asSource: 'cas', asDestination: 'leased', missing: ['do://state has no conditional delete'] },
      pinned: null,
      capabilities: lies,
    });
    expect(document.found).toContainEqual({ capability: 'deleteIfMatch', declared: true, honoured: false });
    expect(document.found).toContainEqual({ capability: 'listSorted', declared: true, honoured: null });
    const versions = await client.send(new ListObjectVersionsCommand({ Bucket: 'state' }));
    expect([versions.Versions ?? [], versions.DeleteMarkers ?? []]).toEqual([[], []]);
    expect((await client.send(new ListMultipartUploadsCommand({ Bucket: 'state' }))).Uploads ?? []).toEqual([]);
  });

  it('writes YAML, of which a part goes into the entry as it is, and keeps there what no probe finds out', async () => {
    const { url } = await memoryStore();
    const { stdout } = await statesync(['store', 'probe', url, '-o', 'yaml']);
    expect(parse(stdout)).toMatchObject({ kind: 'store-probe', honest: true, capabilities: {} });
    const pinned = { maxWriteSize: 1000, stronglyConsistent: false };
    const entry = `{ url: "${url}", capabilities: ${JSON.stringify({ ...pinned, copy: false })} }`;
    const cwd = await workingDirectory({ 'statesync.yaml': `version: 1\nstores: { own: ${entry} }\n` });
    const own = parse((await statesync(['store', 'probe', 'own', '-o', 'yaml'], { cwd })).stdout);
    expect(own.capabilities).toEqual(pinned);
    expect(own.guarantee).toMatchObject({ asSource: 'eventual' });
  });

  it('tries all of a store whose entry pins some of it, and ends with 0 where that denies all that is not honoured', async () => {
    const env = environmentAt(proxy.endpoint);
    const pinned = 'deleteIfMatch: false, multipartConditional: false, writeVerifies: [sha256]';
    const enough = await workingDirectory(configOf(`, capabilities: { copy: false, ${pinned} }`));
    const ran = await statesync(['store', 'probe', 'prod'], { cwd: enough, env });
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/\ncopy +yes +yes\n/);
    expect(ran.stdout).toMatch(/\ndeleteIfMatch +yes +no\n/);
    expect(ran.stdout).toContain('The entry in statesync.yaml denies more than this');
    const less = await workingDirectory(configOf(`, capabilities: { ${pinned.replace('[', '[md5, ')} }`));
    expect((await statesync(['store', 'probe', 'prod'], { cwd: less, env })).code).toBe(2);
  });

  it('ends with 4 where it may not try', async () => {
    const { code, stdout, stderr } = await statesync(['store', 'probe', 's3://state'], {
      env: environmentAt(s3.endpoint, stranger),
    });
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).not.toContain(stranger.secretAccessKey);
  });

  it('ends with 3 for a cluster, and for a directory that is not there', async () => {
    const cwd = await workingDirectory(configOf(''));
    const cluster = await statesync(['store', 'probe', 'prod/c'], { cwd });
    expect(cluster).toMatchObject({ code: 3, stderr: expect.stringContaining('a store is expected, such as prod') });
    const directory = await statesync(['store', 'probe', './none'], { cwd });
    expect(directory).toMatchObject({ code: 3, stderr: expect.stringContaining('there is no directory') });
  });

  it('tidies up when the user gives up', async () => {
    const { url } = await memoryStore();
    const { code, stderr } = await statesync(['store', 'probe', url], { signal: AbortSignal.abort() });
    expect(code).toBe(1);
    expect(stderr).toContain('error: stopped');
    expect((await statesync(['ls', url, '-r'])).stdout).toBe('');
  });
});

describe('sync to a store that ignores conditions', () => {
  it('probes it once a run, unless its entry pins what a probe found', async () => {
    const env = environmentAt(proxy.endpoint);
    const objects = { 'from/c/config': 'a', 'from/c/instancegroup/nodes': 'b' };
    const argv = ['sync', './from', 'prod', '--yes', '--gate', 'off', '--sensitive', 'include'];
    const probed = await workingDirectory({ ...objects, ...configOf('') });
    s3.requests.reset();
    expect((await statesync(argv, { cwd: probed, env })).code).toBe(0);
    expect(s3.requests.of('CompleteMultipartUpload')).toBeGreaterThan(0);
    const pinned = await workingDirectory({ ...objects, ...configOf(', capabilities: { deleteIfMatch: false }') });
    s3.requests.reset();
    expect((await statesync(argv, { cwd: pinned, env })).code).toBe(0);
    expect(s3.requests.of('CompleteMultipartUpload')).toBe(0);
  });

  it('warns of what its entry denies, and trusts it with nothing of that', async () => {
    const cwd = await workingDirectory({
      'from/c/config': 'changed',
      ...configOf(', capabilities: { deleteIfMatch: false }'),
    });
    const argv = ['sync', './from', 'prod', '--yes', '--sensitive', 'include'];
    const { stderr } = await statesync(argv, { cwd, env: environmentAt(proxy.endpoint) });
    expect(stderr).toContain(
      'warning: make sure that nobody else writes TO meanwhile: s3://state has no conditional delete\n',
    );
  });
});

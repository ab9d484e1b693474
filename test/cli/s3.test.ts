import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IdentityRegistry } from '../../lib/local-cloud/identity.ts';
import { LocalS3 } from '../../lib/local-cloud/s3/server.ts';
import { sampleObjects } from './memory-store.ts';
import { statesync } from './run-cli.ts';
import { workingDirectory } from './working-directory.ts';

const identities = new IdentityRegistry();
const s3 = new LocalS3({ identities });
const admin = identities.addUser('111111111111', 'admin');
const stranger = identities.addUser('222222222222', 'stranger');
let cwd = '';
let count = 0;

const environmentOf = ({ accessKeyId, secretAccessKey }: typeof admin) => ({
  S3_ENDPOINT: s3.endpoint,
  S3_ACCESS_KEY_ID: accessKeyId,
  S3_SECRET_ACCESS_KEY: secretAccessKey,
});

beforeAll(async () => {
  await s3.start();
  const client = new S3Client({ endpoint: s3.endpoint, region: 'us-east-1', credentials: admin, forcePathStyle: true });
  for (const Bucket of ['acme-state', 'acme-replica']) {
    await client.send(new CreateBucketCommand({ Bucket }));
  }
  client.destroy();
  const objects = Object.entries(await sampleObjects('s3://acme-state')).filter(([key]) => key.startsWith('staging'));
  count = objects.length;
  cwd = await workingDirectory(Object.fromEntries(objects.map(([key, body]) => [`sample/${key}`, body])));
});

afterAll(() => s3.close());

describe('buckets', () => {
  it('are filled from a directory, looked at, replicated and verified', async () => {
    const env = environmentOf(admin);
    const cli = (...argv: string[]) => statesync(argv, { cwd, env });
    expect((await cli('sync', './sample', 's3://acme-state', '--yes', '--sensitive', 'include')).code).toBe(0);
    const clusters = await cli('get', 'clusters', '--state', 's3://acme-state', '-o', 'json');
    expect(JSON.parse(clusters.stdout).clusters).toMatchObject([
      { name: 'staging.k8s.example.com', restorability: { kind: 'restorable' } },
    ]);
    const asked = await cli('sync', 's3://acme-state', 's3://acme-replica', '--yes');
    expect(asked.stderr).toContain('error: TO is not known to encrypt at rest (127.0.0.1:');
    expect((await cli('sync', 's3://acme-state', 's3://acme-replica', '--yes', '--sensitive', 'include')).code).toBe(0);
    expect((await cli('verify', 's3://acme-state', 's3://acme-replica')).code).toBe(0);
    // Small objects need no parts: it was the probe of what the store honours, which leaves nothing behind.
    expect(s3.requests.of('CompleteMultipartUpload')).toBeGreaterThan(0);
    expect((await cli('ls', 's3://acme-replica', '--recursive')).stdout).not.toContain('.statesync');
    const fast = JSON.parse((await cli('verify', './sample', 's3://acme-replica', '--fast', '-o', 'json')).stdout);
    expect(fast).toMatchObject({ equal: true, counts: { same: count - 1, 'never-replicated': 1 } });
    const config = await cli('cat', 's3://acme-replica/staging.k8s.example.com/config');
    expect(config.stdout).toMatch(/^apiVersion: kops\.k8s\.io\/v1alpha2\n/);
    expect((await cli('ls', 's3://acme-replica/staging.k8s.example.com/instancegroup')).stdout).toMatch(
      /instance-group {3}control-plane-eu-west-1a\n.*instance-group {3}nodes\n$/,
    );
  });

  it('of others end every verb with 4', async () => {
    const env = environmentOf(stranger);
    for (const argv of [
      ['ls', 's3://acme-state'],
      ['cat', 's3://acme-state/staging.k8s.example.com/config'],
      ['get', 'clusters', '--state', 's3://acme-state'],
      ['verify', './sample', 's3://acme-state'],
      ['sync', './sample', 's3://acme-state', '--yes', '--sensitive', 'include'],
    ]) {
      const { code, stdout, stderr } = await statesync(argv, { cwd, env });
      expect({ argv, code, stdout }).toEqual({ argv, code: 4, stdout: '' });
      expect(stderr).not.toContain(stranger.secretAccessKey);
    }
  });
});

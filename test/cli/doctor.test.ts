import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Identity } from '../../lib/local-cloud/identity.ts';
import { clusterObjects, type DoctorBuckets, startDoctorBuckets, statesync } from './doctor-buckets.ts';
import { memoryStore } from './memory-store.ts';
import { workingDirectory } from './working-directory.ts';

let buckets: DoctorBuckets;

beforeAll(async () => {
  buckets = await startDoctorBuckets();
});

afterAll(() => buckets.close());

const environmentOf = (identity: Identity) => buckets.environmentOf(identity);

describe('doctor', () => {
  it('finds nothing wrong with a store that is well, says what was tried, and writes nothing', async () => {
    buckets.s3.requests.reset();
    const { code, stdout, stderr } = await statesync(['doctor', 's3://healthy'], { env: environmentOf(buckets.owner) });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'files: 4, errors: 0, warnings: 0, remarks: 0\n' });
    expect(stderr).toBe(
      's3://healthy as a source: 1 cluster validated; allowed: s3:ListBucket, s3:GetObject, s3:ListBucketVersions, s3:GetObjectVersion, s3:GetEncryptionConfiguration\n',
    );
    expect(
      Object.keys(buckets.s3.requests.snapshot()).filter((operation) => /^(Put|Create|Delete|Abort)/.test(operation)),
    ).toEqual([]);
  });

  it('finds what is wrong with the bucket and with the clusters, and ends with 2', async () => {
    const { code, stdout } = await statesync(['doctor', 's3://sick'], {
      env: { ...environmentOf(buckets.owner), KOPS_STATE_S3_ACL: ' public-read ' },
    });
    expect(stdout).toMatch(
      /^c\.example\.com\/backups\/etcd\/main\/control\/etcd-cluster-created: error BUCKET-LIFECYCLE-CONTROL: lifecycle rule "old backups" deletes 1 control file of etcd, this one, on \d{4}-\d\d-\d\dT00:00:00Z: /,
    );
    expect(stdout).toContain('s3://sick: warning BUCKET-VERSIONING: versioning is off');
    expect(stdout).toContain('s3://sick: error BUCKET-ACL-REFUSED: KOPS_STATE_S3_ACL is "public-read"');
    expect(stdout).toContain('error ETCD-CONTROL-MISSING: etcd cluster "main" was created');
    expect(code).toBe(2);
  });

  it('looks at the state store of kOps where none is named, and at one cluster where that is asked for', async () => {
    const env = { ...environmentOf(buckets.owner), KOPS_STATE_STORE: 's3://sick' };
    expect((await statesync(['doctor'], { env })).stdout).toContain('BUCKET-VERSIONING');
    const other = await statesync(['doctor', '--cluster', 'other.*'], { env });
    expect(other).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('that other.* means') });
    expect(await statesync(['doctor', '--cluster', 'c.*'], { env })).toMatchObject({ code: 2 });
  });

  it('fails on warnings where that is asked for', async () => {
    await buckets.makeBucket('plain', false);
    const env = environmentOf(buckets.owner);
    expect((await statesync(['doctor', 's3://plain'], { env })).code).toBe(0);
    expect((await statesync(['doctor', 's3://plain', '--fail-on', 'warning'], { env })).code).toBe(2);
  });

  it('accepts for a time what a waiver of the configuration names', async () => {
    await buckets.makeBucket('waived', false);
    const waiver = '{ rule: BUCKET-VERSIONING, file: "s3://waived", reason: scratch, expires: "2999-12-31" }';
    const cwd = await workingDirectory({ 'statesync.yaml': `version: 1\nstores: {}\nwaivers: [${waiver}]\n` });
    const argv = ['doctor', 's3://waived', '--fail-on', 'warning'];
    const { code, stdout } = await statesync(argv, { cwd, env: environmentOf(buckets.owner) });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'files: 4, errors: 0, warnings: 0, remarks: 0, waived: 1\n',
    });
    const shown = await statesync([...argv, '--show-waived'], { cwd, env: environmentOf(buckets.owner) });
    expect(shown.stdout).toContain('BUCKET-VERSIONING');
  });

  it.each(['json', 'jsonl', 'yaml', 'sarif', 'junit', 'github', 'markdown'])('writes %s', async (format) => {
    const { code, stdout } = await statesync(['doctor', 's3://sick', '-o', format], {
      env: environmentOf(buckets.owner),
    });
    expect(stdout).toContain('BUCKET-LIFECYCLE-CONTROL');
    expect(stdout).toMatch(/s3(?::|%3A)\/\/sick/); // Two of the formats escape the colon.
    expect(code).toBe(2);
  });

  it('asks nothing of a bucket where there is none', async () => {
    const { url } = await memoryStore(clusterObjects);
    expect(await statesync(['doctor', url])).toMatchObject({
      code: 0,
      stdout: 'files: 4, errors: 0, warnings: 0, remarks: 0\n',
    });
    const cwd = await workingDirectory(
      Object.fromEntries(Object.entries(clusterObjects).map(([key, text]) => [`s/${key}`, text])),
    );
    expect(await statesync(['doctor', './s'], { cwd })).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('1 cluster validated; allowed: list the store, read objects\n'),
    });
  });

  it('refuses what it cannot do', async () => {
    const cwd = await workingDirectory({});
    const refusals: readonly (readonly [readonly string[], string])[] = [
      [['doctor', './none'], 'there is no directory'],
      [['doctor', '--write'], '--write needs STORE'],
      [['doctor', 's3://healthy', '--write'], 'add --role destination'],
      [['doctor', 's3://healthy', '--state', 's3://sick'], 'exclude each other'],
      [['doctor', 's3://healthy', '--role', 'owner'], 'Allowed choices are source, destination'],
      [['doctor', 's3://healthy', '--kops-version', 'newest'], 'a version is expected'],
    ];
    for (const [argv, words] of refusals) {
      const { code, stderr } = await statesync(argv, { cwd, env: environmentOf(buckets.owner) });
      expect({ argv, code, stderr }).toEqual({ argv, code: 3, stderr: expect.stringContaining(words) });
    }
  });
});

describe('doctor of what it cannot reach', () => {
  it('ends with 4 for a stranger, and says it in S3’s words', async () => {
    const stranger = buckets.identities.addUser('222222222222', 'stranger');
    const { code, stdout, stderr } = await statesync(['doctor', 's3://healthy'], { env: environmentOf(stranger) });
    expect(stdout).toContain('error ACCESS-MISSING: s3:ListBucket (to list the store) is missing: ');
    expect(stdout).toContain('info ACCESS-UNTRIED: s3:GetObject (to read objects) was not tried');
    expect(code).toBe(4);
    expect(stdout + stderr).not.toContain(stranger.secretAccessKey);
  });

  it('ends with 1 for a bucket that is not there', async () => {
    const { code, stdout, stderr } = await statesync(['doctor', 's3://nowhere'], { env: environmentOf(buckets.owner) });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('there is no such bucket at this address');
  });
});

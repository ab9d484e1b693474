import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Identity } from '../../lib/local-cloud/identity.ts';
import type { DeployedStore } from '../../lib/policy/deployed-store.ts';
import type { PolicyStatement } from '../../lib/policy/policy-document.ts';
import { readAccess, writeAccess } from '../../lib/policy/store-access.ts';
import { clusterObjects, type DoctorBuckets, startDoctorBuckets, statesync } from './doctor-buckets.ts';
import { workingDirectory } from './working-directory.ts';

let buckets: DoctorBuckets;

beforeAll(async () => {
  buckets = await startDoctorBuckets();
});

afterAll(() => buckets.close());

const environmentOf = (identity: Identity) => buckets.environmentOf(identity);

const bucket = (name: string): DeployedStore => ({
  name,
  bucket: name,
  prefix: '',
  account: '111111111111',
  region: 'us-east-1',
  partition: 'aws',
});

const actionsIn = (statements: readonly PolicyStatement[]) => [
  ...new Set(statements.flatMap(({ Action }) => Action as string | string[])),
];

/** The statements, with one action less. */
function without(statements: readonly PolicyStatement[], action: string): readonly PolicyStatement[] {
  return statements.flatMap((statement) => {
    const Action = [statement.Action].flat().filter((one) => one !== action);
    return Action.length === 0 ? [] : [{ ...statement, Action }];
  });
}

describe('doctor for a source', () => {
  const access = readAccess(bucket('healthy'));

  it('finds the deployed rights enough, and says what it may not ask, and what only others need', async () => {
    const { code, stdout } = await statesync(['doctor', 's3://healthy'], {
      env: environmentOf(buckets.userWith(access)),
    });
    expect(code).toBe(0);
    expect(stdout).not.toContain('ACCESS-MISSING');
    expect(stdout).toMatch(/info BUCKET-SETTINGS-UNTOLD: .*not authorized to perform: s3:GetLifecycleConfiguration on/);
    expect(stdout).toContain('info ACCESS-FURTHER: s3:ListBucketVersions (to list older versions) is missing: ');
    expect(stdout).toContain(
      'info ACCESS-FURTHER: s3:GetEncryptionConfiguration (to ask how the bucket encrypts) is missing',
    );
  });

  it.each(actionsIn(access))('names %s where it is missing, and ends with 4', async (action) => {
    const env = environmentOf(buckets.userWith(without(access, action)));
    const { code, stdout } = await statesync(['doctor', 's3://healthy'], { env });
    expect(stdout).toMatch(new RegExp(`error ACCESS-MISSING: ${action} \\(to .*\\) is missing`));
    expect(stdout.match(/ACCESS-MISSING/g)).toHaveLength(1);
    expect(code).toBe(4);
  });

  it('finds a class of objects that is kept from it, and goes on', async () => {
    await buckets.makeBucket('guarded', true, {
      ...clusterObjects,
      'c.example.com/pki/private/ca/keyset.yaml': 'kind: Keyset\n',
      'c.example.com/secrets/dockerconfig': '{}',
    });
    const denied: PolicyStatement = {
      Effect: 'Deny',
      Action: 's3:GetObject',
      Resource: ['arn:aws:s3:::guarded/c.example.com/pki/*', 'arn:aws:s3:::guarded/c.example.com/secrets/*'],
    };
    const env = environmentOf(buckets.userWith([...readAccess(bucket('guarded')), denied]));
    const { code, stdout, stderr } = await statesync(['doctor', 's3://guarded'], { env });
    expect(stdout).toContain(
      'c.example.com/pki/private/ca/keyset.yaml: error ACCESS-MISSING: s3:GetObject (to read objects) is missing, also of the classes secret: ',
    );
    expect(stderr).toContain('0 clusters validated');
    expect(code).toBe(4);
  });

  it('finds a single file that is kept from it', async () => {
    const Resource = 'arn:aws:s3:::healthy/c.example.com/instancegroup/nodes';
    const denied: PolicyStatement = { Effect: 'Deny', Action: 's3:GetObject', Resource };
    const env = environmentOf(buckets.userWith([...access, denied]));
    const smaller = { Bucket: 'healthy', Key: 'c.example.com/instancegroup/a', Body: 'x' }; // The one of its class that is tried.
    await buckets.client.send(new PutObjectCommand(smaller));
    const { code, stdout } = await statesync(['doctor', 's3://healthy'], { env });
    expect(stdout).toContain(
      'c.example.com/instancegroup/nodes: error ACCESS-MISSING: s3:GetObject (to read objects) is missing',
    );
    expect(code).toBe(4);
  });
});

describe('doctor for a destination', () => {
  const access = writeAccess(bucket('replica'));
  const argv = ['doctor', 's3://replica', '--role', 'destination'];

  it('tries nothing that writes unless it is asked to, and says so', async () => {
    buckets.s3.requests.reset();
    const { code, stdout } = await statesync(argv, { env: environmentOf(buckets.userWith(access)) });
    expect(stdout.match(/info ACCESS-UNTRIED: .*/g)).toEqual([
      'info ACCESS-UNTRIED: s3:GetObject (to read objects) was not tried: no object is known that could be read',
      'info ACCESS-UNTRIED: s3:PutObject (to write objects) was not tried: writing is tried with --write only',
      'info ACCESS-UNTRIED: s3:DeleteObject (to delete objects) was not tried: writing is tried with --write only',
      'info ACCESS-UNTRIED: s3:AbortMultipartUpload (to give up unfinished uploads) was not tried: writing is tried with --write only',
    ]);
    expect(buckets.s3.requests.of('PutObject')).toBe(0);
    expect(code).toBe(0);
  });

  it('finds the deployed rights enough, and leaves no object and no upload', async () => {
    const { code, stdout, stderr } = await statesync([...argv, '--write'], {
      env: environmentOf(buckets.userWith(access)),
    });
    expect(stdout).not.toMatch(/ACCESS-(MISSING|UNTRIED)/);
    expect(stderr).toContain('s3:PutObject, s3:GetObject, s3:AbortMultipartUpload, s3:DeleteObject\n');
    expect(code).toBe(0);
    const { stdout: listed } = await statesync(['ls', 's3://replica', '-r'], { env: environmentOf(buckets.owner) });
    expect(listed).not.toContain('.statesync');
  });

  it('removes the history of what it wrote too, where it may', async () => {
    await buckets.makeBucket('owned', true, {});
    const { code } = await statesync(['doctor', 's3://owned', '--role', 'destination', '--write'], {
      env: environmentOf(buckets.owner),
    });
    expect(code).toBe(0);
    expect(await buckets.leftIn('owned')).toEqual([]);
  });

  it.each(actionsIn(access))('names %s where it is missing, and ends with 4', async (action) => {
    const env = environmentOf(buckets.userWith(without(access, action)));
    const { code, stdout } = await statesync([...argv, '--write'], { env });
    expect(stdout).toMatch(new RegExp(`error ACCESS-MISSING: ${action} \\(to .*\\) is missing`));
    expect(code).toBe(4);
  });

  it('names what it could not remove', async () => {
    await buckets.makeBucket('sticky', true, {});
    const env = environmentOf(buckets.userWith(without(writeAccess(bucket('sticky')), 's3:DeleteObject')));
    const { stdout } = await statesync(['doctor', 's3://sticky', '--role', 'destination', '--write'], { env });
    const [left = ''] = await buckets.leftIn('sticky');
    expect(left).toMatch(/^\.statesync\/doctor-[0-9a-f-]{36}$/);
    expect(stdout).toContain(
      `${left}: error ACCESS-MISSING: s3:DeleteObject (to delete objects) is missing, so that this object of the trial was left: `,
    );
  });

  it('is what a store is that routes only lead to', async () => {
    const cwd = await workingDirectory({
      'statesync.yaml': `version: 1
stores:
  prod: { url: s3://healthy }
  replica: { url: s3://replica }
routes:
  - name: prod
    from: prod
    to: [{ store: replica, sensitive: include }]
`,
    });
    const env = environmentOf(buckets.owner);
    expect((await statesync(['doctor', 'replica'], { cwd, env })).stderr).toContain('s3://replica as a destination');
    expect((await statesync(['doctor', 'prod'], { cwd, env })).stderr).toContain('s3://healthy as a source');
    expect((await statesync(['doctor', 'replica', '--role', 'source'], { cwd, env })).stderr).toContain('as a source');
  });
});

import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Leases } from '../../lib/control/leases.ts';
import { openControl } from '../../lib/control/open-control.ts';
import type { Clock } from '../../lib/flow/clock.ts';
import { systemClock } from '../../lib/flow/clock.ts';
import { IdentityRegistry } from '../../lib/local-cloud/identity.ts';
import { parsePolicy } from '../../lib/local-cloud/policy-document.ts';
import { LocalS3 } from '../../lib/local-cloud/s3/server.ts';
import { deploymentOf, roleArn } from '../../lib/policy/deployed-routes.ts';
import type { PolicyDocument } from '../../lib/policy/policy-document.ts';
import { replicateRolePolicy } from '../../lib/policy/replication-access.ts';
import { openStore } from '../../lib/vfs/open.ts';
import { configurationOf, twoAccounts } from './configuration.ts';

const withControl = (control: string, more = '') =>
  twoAccounts
    .replace('stores:', `control: ${control}\nstores:${more}`)
    .replace(/(replica: \{ url: [^}]*) \}/, '$1, capabilities: { deleteIfMatch: false } }');
const legOf = (text: string) => deploymentOf(configurationOf(text)).routes[0]!.legs[0]!;
const { signal } = new AbortController();

describe('a leg whose destination lacks a condition', () => {
  it('may use the control store, in the account of its source where nothing else is said', () => {
    expect(legOf(withControl('s3://acme-control/leases')).control).toMatchObject({
      bucket: 'acme-control',
      prefix: 'leases',
      account: '111111111111',
    });
    const own = '\n  own: { url: s3://acme-own, region: eu-west-1, account: "333333333333" }';
    expect(legOf(withControl('own', own)).control).toMatchObject({ bucket: 'acme-own', account: '333333333333' });
  });

  it('may delete there without a condition, as the store takes none', () => {
    const deletes = ({ Sid }: { readonly Sid?: string }) => Sid === 'DeleteKnownRevision';
    const statement = replicateRolePolicy(legOf(withControl('s3://acme-control'))).Statement.find(deletes);
    expect(statement?.Condition).toEqual({ StringEquals: { 's3:ResourceAccount': '222222222222' } });
    expect(replicateRolePolicy(legOf(twoAccounts)).Statement.find(deletes)?.Condition).toHaveProperty('Null');
  });

  it('is not deployed without one', () => {
    expect(() => legOf(withControl('s3://acme-control').replace(/control: .*\n/, ''))).toThrow(
      'route prod to replica needs a control store, since stores.replica.capabilities denies conditional changes; name one under control',
    );
  });

  it('needs a way to sign in there that a function has', () => {
    const own =
      '\n  own: { url: s3://acme-own, region: eu-west-1, account: "333333333333", credentials: { profile: ops } }';
    expect(() => legOf(withControl('own', own))).toThrow(
      'control.credentials names a profile, which a function does not have',
    );
  });
});

it('a leg whose destination has all conditions may not touch the control store', () => {
  const leg = legOf(twoAccounts.replace('stores:', 'control: s3://acme-control\nstores:'));
  expect(leg.control).toBeUndefined();
  expect(JSON.stringify(replicateRolePolicy(leg))).not.toContain('acme-control');
});

describe('what the role may do in the control store', () => {
  const leg = legOf(withControl('s3://acme-control/leases'));
  const deployed = replicateRolePolicy(leg);
  const identities = new IdentityRegistry();
  const s3 = new LocalS3({ identities });
  let endpoint: string;
  let admin: S3Client;
  beforeAll(async () => {
    endpoint = await s3.start();
    const credentials = identities.addUser(leg.source.account, 'admin');
    admin = new S3Client({ endpoint, region: leg.source.region, forcePathStyle: true, credentials });
    const LocationConstraint = leg.source.region as BucketLocationConstraint;
    await admin.send(
      new CreateBucketCommand({ Bucket: 'acme-control', CreateBucketConfiguration: { LocationConstraint } }),
    );
    const Rules = [
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'alias/a' } as const },
    ];
    const encryption = { Bucket: 'acme-control', ServerSideEncryptionConfiguration: { Rules } };
    await admin.send(new PutBucketEncryptionCommand(encryption));
  });
  afterAll(async () => {
    admin.destroy();
    await s3.close();
  });

  /** Takes a lease, finds it held, takes it over, and gives it back, as the role with this policy. */
  async function complaintsUnder(policy: PolicyDocument): Promise<readonly string[]> {
    const { accessKeyId, secretAccessKey } = identities.addUser(leg.source.account, 'session');
    const arn = `${roleArn(leg.source, leg.replicate).replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/1`;
    const parsed = parsePolicy(JSON.stringify(policy), 'identity');
    identities.add({ account: leg.source.account, arn, accessKeyId, secretAccessKey, policy: parsed });
    const environment = {
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_REGION: leg.source.region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    };
    const open = (definition: { readonly url: string }) =>
      openStore(definition, { environment, clock: systemClock, attempts: 1 });
    const control = await openControl({ url: 's3://acme-control/leases' }, { environment, open, shared: true });
    const still: Clock = {
      now: () => Date.now(),
      sleep: (_ms, waiting) =>
        new Promise((_, reject) => waiting?.addEventListener('abort', () => reject(waiting.reason))),
    };
    const leases = (durationMs: number) => new Leases({ control, clock: still, holder: 'a role', durationMs });
    const found: string[] = [];
    try {
      await leases(-10_000).acquire('subject', signal); // Has run out from the first.
      const lease = await leases(60_000).acquire('subject', signal);
      const other = await leases(60_000)
        .acquire('subject', signal)
        .catch((error: Error) => error.name);
      found.push(...(other === 'LeaseHeldError' ? [] : [`the second got ${String(other)}`]));
      await lease.end();
      await control
        .stat('leases/none.json')
        .catch(({ code }) => found.push(...(code === 'NotFound' ? [] : [`absence is ${code}`])));
    } catch (error) {
      found.push(String(error));
    } finally {
      await control.close();
    }
    const { Contents = [] } = await admin.send(new ListObjectsV2Command({ Bucket: 'acme-control' }));
    const left = Contents.map(({ Key = '' }) => Key).filter((name) => name !== 'leases/clock.json');
    await Promise.all(left.map((key) => removeAs(key)));
    return [...found, ...left.map((name) => `${name} is left`)];
  }

  async function removeAs(key: string): Promise<void> {
    const { DeleteObjectCommand } = await import('@aws-sdk/client-s3');
    await admin.send(new DeleteObjectCommand({ Bucket: 'acme-control', Key: key }));
  }

  it('is enough for leases', async () => {
    expect(await complaintsUnder(deployed)).toEqual([]);
  });

  it.each([
    ['TakeLeases', 's3:GetObject'],
    ['TakeLeases', 's3:PutObject'],
    ['GiveBackLeases', 's3:DeleteObject'],
    ['MissLeases', 's3:ListBucket'],
  ])('needs %s: %s', async (sid, action) => {
    const Statement = deployed.Statement.flatMap((statement) => {
      const Action = [statement.Action].flat().filter((one) => statement.Sid !== sid || one !== action);
      return Action.length === 0 ? [] : [{ ...statement, Action }];
    });
    expect(await complaintsUnder({ ...deployed, Statement })).not.toEqual([]);
  });
});

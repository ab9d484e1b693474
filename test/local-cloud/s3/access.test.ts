import type { S3 } from '@aws-sdk/client-s3';
import { describe, expect, it } from '@jest/globals';
import { s3Client, textOf } from '../../contract/s3-subject.ts';
import { type Fixture, withServer } from './fixture.ts';

const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } };

/** A client of a user of the bucket's own account, who may do these actions in the bucket and nothing else. */
function userWho({ server, identities }: Fixture, ...Action: readonly string[]): S3 {
  const Statement = [{ Effect: 'Allow' as const, Action, Resource: ['arn:aws:s3:::state', 'arn:aws:s3:::state/*'] }];
  const user = identities.addUser('111111111111', Action.join('-'), { Statement });
  return s3Client(server.endpoint, user);
}

describe('a user with few rights', () => {
  it('needs the right to read for a condition on an entity tag', () =>
    withServer({}, async (fixture) => {
      const { s3, Bucket } = fixture;
      const { ETag } = await s3.putObject({ Bucket, Key: 'k', Body: '1' });
      const writer = userWho(fixture, 's3:PutObject', 's3:DeleteObject');
      await writer.putObject({ Bucket, Key: 'new', Body: '1', IfNoneMatch: '*' });
      await expect(writer.putObject({ Bucket, Key: 'k', Body: '2', IfMatch: ETag })).rejects.toMatchObject(denied);
      await expect(writer.deleteObject({ Bucket, Key: 'k', IfMatch: ETag })).rejects.toMatchObject(denied);
      const both = userWho(fixture, 's3:PutObject', 's3:GetObject');
      await both.putObject({ Bucket, Key: 'k', Body: '2', IfMatch: ETag });
    }));

  it('needs rights of their own for tags: written, and carried by a copy', () =>
    withServer({}, async (fixture) => {
      const { s3, Bucket } = fixture;
      const plain = userWho(fixture, 's3:PutObject', 's3:GetObject');
      await expect(plain.putObject({ Bucket, Key: 'k', Body: 'x', Tagging: 'a=b' })).rejects.toMatchObject(denied);
      await s3.putObject({ Bucket, Key: 'k', Body: 'x', Tagging: 'a=b' });
      const copy = (by: S3) => by.copyObject({ Bucket, Key: 'copy', CopySource: 'state/k' });
      await expect(copy(plain)).rejects.toMatchObject(denied);
      const writesTags = userWho(fixture, 's3:PutObject', 's3:GetObject', 's3:PutObjectTagging');
      await expect(copy(writesTags)).rejects.toMatchObject(denied);
      await copy(userWho(fixture, 's3:PutObject', 's3:GetObject*', 's3:PutObjectTagging'));
    }));

  it('needs rights of their own for versions', () =>
    withServer({}, async (fixture) => {
      const { s3, Bucket } = fixture;
      await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Enabled' } });
      const { VersionId } = await s3.putObject({ Bucket, Key: 'k', Body: 'x' });
      const user = userWho(fixture, 's3:GetObject', 's3:DeleteObject', 's3:ListBucket');
      await user.getObject({ Bucket, Key: 'k' });
      await expect(user.getObject({ Bucket, Key: 'k', VersionId })).rejects.toMatchObject(denied);
      await expect(user.deleteObject({ Bucket, Key: 'k', VersionId })).rejects.toMatchObject(denied);
      await expect(user.listObjectVersions({ Bucket })).rejects.toMatchObject(denied);
    }));

  it('is told of each key of a batch delete alone', () =>
    withServer({}, async (fixture) => {
      const { server, identities, s3, Bucket } = fixture;
      await s3.putObject({ Bucket, Key: 'mine/k', Body: 'x' });
      await s3.putObject({ Bucket, Key: 'yours/k', Body: 'x' });
      const statement = { Effect: 'Allow' as const, Action: 's3:DeleteObject', Resource: 'arn:aws:s3:::state/mine/*' };
      const user = identities.addUser('111111111111', 'mine', { Statement: [statement] });
      const Objects = [{ Key: 'mine/k' }, { Key: 'yours/k' }];
      const result = await s3Client(server.endpoint, user).deleteObjects({ Bucket, Delete: { Objects } });
      expect(result.Deleted?.map((entry) => entry.Key)).toEqual(['mine/k']);
      expect(result.Errors?.map((entry) => [entry.Key, entry.Code])).toEqual([['yours/k', 'AccessDenied']]);
    }));

  it('may neither make buckets nor list them', () =>
    withServer({}, async (fixture) => {
      const user = userWho(fixture, 's3:GetObject');
      await expect(user.createBucket({ Bucket: 'another' })).rejects.toMatchObject(denied);
      await expect(user.listBuckets({})).rejects.toMatchObject(denied);
    }));
});

describe('a session of a role of another account', () => {
  it('is let in by a policy that names the role, with its token only', () =>
    withServer({}, async (fixture) => {
      const { server, identities, s3, Bucket } = fixture;
      const role = 'arn:aws:iam::222222222222:role/replicator';
      const Action = ['s3:PutObject', 's3:GetObject'];
      const Resource = 'arn:aws:s3:::state/*';
      const session = identities.add({
        account: '222222222222',
        arn: 'arn:aws:sts::222222222222:assumed-role/replicator/run',
        accessKeyId: 'ASIAEXAMPLE',
        secretAccessKey: 'secret',
        sessionToken: 'token',
        policy: { Statement: [{ Effect: 'Allow', Action, Resource }] },
      });
      const client = s3Client(server.endpoint, session);
      await expect(client.putObject({ Bucket, Key: 'k', Body: 'x' })).rejects.toMatchObject(denied);
      const statement = { Effect: 'Allow', Principal: { AWS: role }, Action: 's3:PutObject', Resource };
      await s3.putBucketPolicy({ Bucket, Policy: JSON.stringify({ Statement: [statement] }) });
      await client.putObject({ Bucket, Key: 'k', Body: 'x' });
      await expect(client.getObject({ Bucket, Key: 'k' })).rejects.toMatchObject(denied);
      const { sessionToken: _, ...withoutToken } = session;
      const bare = s3Client(server.endpoint, withoutToken);
      await expect(bare.putObject({ Bucket, Key: 'k', Body: 'x' })).rejects.toMatchObject({ name: 'InvalidToken' });
    }));
});

it('while public buckets are restricted, a policy for everybody lets nobody of another account in', () =>
  withServer({}, async ({ server, identities, s3, Bucket }) => {
    const stranger = s3Client(server.endpoint, identities.addUser('222222222222', 'stranger'));
    await s3.putObject({ Bucket, Key: 'k', Body: 'x' });
    const restrict = (RestrictPublicBuckets: boolean) =>
      s3.putPublicAccessBlock({ Bucket, PublicAccessBlockConfiguration: { RestrictPublicBuckets } });
    await restrict(true);
    const statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::state/*' };
    await s3.putBucketPolicy({ Bucket, Policy: JSON.stringify({ Statement: [statement] }) });
    expect((await s3.getBucketPolicyStatus({ Bucket })).PolicyStatus?.IsPublic).toBe(true);
    await expect(stranger.getObject({ Bucket, Key: 'k' })).rejects.toMatchObject(denied);
    await restrict(false);
    expect(await textOf(await stranger.getObject({ Bucket, Key: 'k' }))).toBe('x');
  }));

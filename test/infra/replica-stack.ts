import { describe, expect, it } from '@jest/globals';
import { deploymentOf } from '../../lib/policy/deployed-routes.ts';
import { replicaBucketPolicy } from '../../lib/policy/replication-access.ts';
import { configurationOf, severalRoutes, twoAccounts } from '../policy/configuration.ts';
import { appOf, resources } from './synthesized.ts';

describe('the stack of a replica', () => {
  const { template, stack } = appOf(twoAccounts);
  const replica = template('replica-acme-kops-replica');
  const [bucket] = resources(replica, 'AWS::S3::Bucket');

  it('is in the account and region of the destination', () => {
    expect(stack('replica-acme-kops-replica')).toMatchObject({ account: '222222222222', region: 'eu-central-1' });
  });

  it('keeps versions, is encrypted, closed to the public, and owned as a whole by its account', () => {
    expect(bucket?.Properties).toMatchObject({
      BucketName: 'acme-kops-replica',
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
  });

  it('outlives its stack', () => {
    expect(bucket?.DeletionPolicy).toBe('Retain');
  });

  it('lets nothing expire but the parts of unfinished uploads', () => {
    expect(bucket?.Properties.LifecycleConfiguration.Rules).toEqual([
      { Id: 'unfinished-uploads', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
    ]);
  });

  it('has the very policy that is proved to be enough and no more', () => {
    const [leg] = deploymentOf(configurationOf(twoAccounts)).routes[0]!.legs;
    const [policy] = resources(replica, 'AWS::S3::BucketPolicy');
    expect(policy?.Properties.PolicyDocument).toEqual(replicaBucketPolicy(leg!.destination, [leg!]));
    expect(policy?.DependsOn).toEqual([bucket?.id]);
  });

  it('refers to no other account by anything but names', () => {
    expect(JSON.stringify(replica.toJSON())).not.toMatch(/Fn::ImportValue|Fn::GetStackOutput/);
  });
});

describe('the stacks of several routes', () => {
  const { app, stack } = appOf(severalRoutes);

  it('are one for each bucket, in the account of each', () => {
    const places = app.node.children.map(({ node }) => [node.id, stack(node.id.replace('statesync-', '')).account]);
    expect(places).toEqual([
      ['statesync-replica-acme-kops-replica', '222222222222'],
      ['statesync-replica-acme-kops-vault', '333333333333'],
      ['statesync-source-acme-kops-state', '111111111111'],
    ]);
  });

  it('deploy the replicas first, since events come as soon as the functions are there', () => {
    const needed = stack('source-acme-kops-state').dependencies.map(({ stackName }) => stackName);
    expect(needed).toEqual(['statesync-replica-acme-kops-replica', 'statesync-replica-acme-kops-vault']);
  });
});

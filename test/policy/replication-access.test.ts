import { describe, expect, it } from '@jest/globals';
import { type AccessRequest, evaluate } from '../../lib/local-cloud/policy.ts';
import { parsePolicy } from '../../lib/local-cloud/policy-document.ts';
import { deploymentOf } from '../../lib/policy/deployed-routes.ts';
import {
  notificationPolicy,
  reconcileRolePolicy,
  replicaBucketPolicy,
  replicateRolePolicy,
  writerRole,
} from '../../lib/policy/replication-access.ts';
import { configurationOf, severalRoutes, twoAccounts } from './configuration.ts';

const routesOf = (text: string) => deploymentOf(configurationOf(text)).routes;
const [route] = routesOf(twoAccounts);
const leg = route!.legs[0]!;
const bucketPolicy = parsePolicy(JSON.stringify(replicaBucketPolicy(leg.destination, [leg])), 'resource');
const rolePolicy = parsePolicy(JSON.stringify(replicateRolePolicy(leg)), 'identity');
const role = 'statesync-prod-replica-replicate';

/** A request of the role `name` to the replica's bucket; its own policy allows all but what the test names. */
function toReplica(
  action: string,
  resource: string,
  options: Partial<AccessRequest> & { name?: string } = {},
): boolean {
  const { name = role, context = {}, ...rest } = options;
  return evaluate({
    caller: { kind: 'identity', account: '111111111111', arn: `arn:aws:sts::111111111111:assumed-role/${name}/1` },
    action,
    resource: `arn:aws:s3:::acme-kops-replica${resource}`,
    resourceAccount: '222222222222',
    resourcePolicy: bucketPolicy,
    context: { 's3:ResourceAccount': '222222222222', ...context },
    ...rest,
  }).allowed;
}

/** A request of the replicating role, as its own policy sees it. */
function byRole(
  action: string,
  resource: string,
  resourceAccount: string,
  context: Record<string, string> = {},
): boolean {
  return evaluate({
    caller: {
      kind: 'identity',
      account: '111111111111',
      arn: `arn:aws:sts::111111111111:assumed-role/${role}/1`,
      policy: rolePolicy,
    },
    action,
    resource,
    resourceAccount: '111111111111',
    context: { 's3:ResourceAccount': resourceAccount, ...context },
  }).allowed;
}

describe("the replica's bucket policy", () => {
  it('lets exactly one role in', () => {
    expect(toReplica('s3:PutObject', '/prod/a')).toBe(true);
    expect(toReplica('s3:PutObject', '/prod/a', { name: 'another' })).toBe(false);
    expect(toReplica('s3:PutObject', '/prod/a', { name: `${role}-2` })).toBe(false);
  });

  it('lets it in under its prefix only', () => {
    for (const action of ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload']) {
      expect(toReplica(action, '/prod/a')).toBe(true);
      expect(toReplica(action, '/other/a')).toBe(false);
      expect(toReplica(action, '/prod2/a')).toBe(false);
    }
    expect(toReplica('s3:ListBucket', '', { context: { 's3:prefix': 'prod/' } })).toBe(true);
    expect(toReplica('s3:ListBucket', '', { context: { 's3:prefix': 'other/' } })).toBe(false);
    expect(toReplica('s3:ListBucketVersions', '', { context: { 's3:prefix': 'prod/a' } })).toBe(true);
    expect(toReplica('s3:ListBucketVersions', '')).toBe(false);
  });

  it('lets it know that a key is absent, which it otherwise could not tell from a denial', () => {
    expect(toReplica('s3:ListBucket', '')).toBe(true);
  });

  it('lets it delete what it names by revision, and nothing else', () => {
    expect(toReplica('s3:DeleteObject', '/prod/a', { context: { 's3:if-match': '"abc"' } })).toBe(true);
    expect(toReplica('s3:DeleteObject', '/prod/a')).toBe(false);
  });

  it.each(['s3:DeleteObjectVersion', 's3:PutBucketPolicy', 's3:PutLifecycleConfiguration', 's3:PutBucketVersioning'])(
    'keeps %s from it, so that the history stays',
    (action) => {
      expect(toReplica(action, action.includes('Object') ? '/prod/a' : '')).toBe(false);
    },
  );

  it('refuses plain HTTP to everybody', () => {
    expect(toReplica('s3:PutObject', '/prod/a', { context: { 'aws:SecureTransport': 'false' } })).toBe(false);
  });

  it('serves all legs of a bucket, each under its own prefix', () => {
    const legs = routesOf(severalRoutes).flatMap(({ legs: all }) => all);
    const resourcePolicy = parsePolicy(JSON.stringify(replicaBucketPolicy(legs[0]!.destination, legs)), 'resource');
    const may = (name: string, key: string) => toReplica('s3:PutObject', key, { name, resourcePolicy });
    expect(may('statesync-prod-prod-replica-replicate', '/prod/a')).toBe(true);
    expect(may('statesync-prod-prod-replica-replicate', '/test/a')).toBe(false);
    expect(may('statesync-test-test-replica-replicate', '/test/a')).toBe(true);
    expect(may('statesync-prod-vault-replicate', '/prod/a')).toBe(false);
  });

  it('names the assumed role where the store asks for one', () => {
    const vault = routesOf(severalRoutes)[0]!.legs[1]!;
    expect(writerRole(vault)).toBe('arn:aws:iam::333333333333:role/statesync');
    expect(JSON.stringify(replicaBucketPolicy(vault.destination, [vault]))).not.toContain('111111111111');
  });
});

describe('the policy of the replicating role', () => {
  const state = 'arn:aws:s3:::acme-kops-state';
  const replica = 'arn:aws:s3:::acme-kops-replica';

  it('reads the source under its prefix, and writes nothing there', () => {
    expect(byRole('s3:GetObject', `${state}/prod/a`, '111111111111')).toBe(true);
    expect(byRole('s3:GetObject', `${state}/other/a`, '111111111111')).toBe(false);
    for (const action of ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion']) {
      expect(byRole(action, `${state}/prod/a`, '111111111111', { 's3:if-match': '"abc"' })).toBe(false);
    }
  });

  it('does nothing with a bucket of the same name that another account owns', () => {
    expect(byRole('s3:PutObject', `${replica}/prod/a`, '222222222222')).toBe(true);
    expect(byRole('s3:PutObject', `${replica}/prod/a`, '666666666666')).toBe(false);
    expect(byRole('s3:GetObject', `${state}/prod/a`, '666666666666')).toBe(false);
  });

  it('works its own queue, and only sends to its dead-letter queue', () => {
    const queue = 'arn:aws:sqs:eu-west-1:111111111111:statesync-prod-replica';
    expect(byRole('sqs:ChangeMessageVisibility', queue, '')).toBe(true);
    expect(byRole('sqs:SendMessage', queue, '')).toBe(false);
    expect(byRole('sqs:SendMessage', `${queue}-dlq`, '')).toBe(true);
    expect(byRole('sqs:ReceiveMessage', `${queue}-dlq`, '')).toBe(false);
  });

  it('assumes a role only where a store asks for one, and then has no access of its own', () => {
    expect(JSON.stringify(rolePolicy)).not.toContain('sts:AssumeRole');
    const vault = JSON.stringify(replicateRolePolicy(routesOf(severalRoutes)[0]!.legs[1]!));
    expect(vault).toContain('"Action":"sts:AssumeRole","Resource":["arn:aws:iam::333333333333:role/statesync"]');
    expect(vault).not.toContain('acme-kops-vault');
  });
});

describe('the policy of the reconciling role', () => {
  it('lists the source and sends to the queues of its route; it reads no content', () => {
    const [prod] = routesOf(severalRoutes);
    const actions = reconcileRolePolicy(prod!).Statement.map(({ Action, Resource }) => [Action, Resource]);
    expect(actions).toEqual([
      ['s3:ListBucket', 'arn:aws:s3:::acme-kops-state'],
      [
        'sqs:SendMessage',
        [
          'arn:aws:sqs:eu-west-1:111111111111:statesync-prod-prod-replica',
          'arn:aws:sqs:eu-west-1:111111111111:statesync-prod-vault',
        ],
      ],
    ]);
  });
});

describe('the policy of what S3 notifies', () => {
  const queue = 'arn:aws:sqs:eu-west-1:111111111111:statesync-prod-replica';
  const resourcePolicy = parsePolicy(
    JSON.stringify(notificationPolicy(leg.source, 'sqs:SendMessage', queue)),
    'resource',
  );
  const bySource = (arn: string, account: string) =>
    evaluate({
      caller: { kind: 'service', name: 's3.amazonaws.com' },
      action: 'sqs:SendMessage',
      resource: queue,
      resourceAccount: '111111111111',
      resourcePolicy,
      context: { 'aws:SourceArn': arn, 'aws:SourceAccount': account },
    }).allowed;

  it('takes events of the source bucket of the source account alone', () => {
    expect(bySource('arn:aws:s3:::acme-kops-state', '111111111111')).toBe(true);
    expect(bySource('arn:aws:s3:::somebody-elses', '111111111111')).toBe(false);
    expect(bySource('arn:aws:s3:::acme-kops-state', '666666666666')).toBe(false);
  });
});

describe('every policy', () => {
  it('allows no action by a wildcard', () => {
    const documents = routesOf(severalRoutes).flatMap((each) => [
      reconcileRolePolicy(each),
      ...each.legs.flatMap((one) => [replicateRolePolicy(one), replicaBucketPolicy(one.destination, [one])]),
    ]);
    const allowed = documents.flatMap(({ Statement }) => Statement).filter(({ Effect }) => Effect === 'Allow');
    expect(allowed.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([]);
    expect(allowed.flatMap(({ Resource }) => Resource).filter((resource) => /\*./.test(resource))).toEqual([]);
  });
});

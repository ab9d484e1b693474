import { describe, expect, it } from '@jest/globals';
import { type AccessRequest, evaluate, type PolicyStatement, principalArn } from '../../lib/local-cloud/policy.ts';
import { PolicyError, parsePolicy } from '../../lib/local-cloud/policy-document.ts';

const home = '111111111111';
const abroad = '222222222222';
const user = `arn:aws:iam::${home}:user/ann`;
const role = `arn:aws:iam::${abroad}:role/replicator`;
const session = `arn:aws:sts::${abroad}:assumed-role/replicator/run-1`;
const object = 'arn:aws:s3:::state/k/config';

const allow: PolicyStatement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::state/*' };
const deny: PolicyStatement = { ...allow, Effect: 'Deny' };
const own = (...Statement: readonly PolicyStatement[]) => ({ Statement });

/** A question by the user about the object in the user's own account. */
function ask(change: Partial<AccessRequest> & { readonly own?: readonly PolicyStatement[] }): string {
  const { own: statements = [], ...request } = change;
  const decision = evaluate({
    caller: { kind: 'identity', account: home, arn: user, policy: own(...statements) },
    action: 's3:GetObject',
    resource: object,
    resourceAccount: home,
    ...request,
  });
  return decision.allowed ? 'allowed' : decision.reason;
}

/** The same question by a role session of another account. */
function askFromAbroad(change: Partial<AccessRequest> & { readonly own?: readonly PolicyStatement[] }): string {
  const { own: statements = [], ...request } = change;
  return ask({ caller: { kind: 'identity', account: abroad, arn: session, policy: own(...statements) }, ...request });
}

const forPrincipal = (AWS: string, statement = allow) => own({ ...statement, Principal: { AWS } });

describe('inside one account', () => {
  it.each<[string, string, Parameters<typeof ask>[0]]>([
    ['neither policy says anything', 'identity-policy', {}],
    ["the caller's policy allows", 'allowed', { own: [allow] }],
    ['the resource names the user', 'allowed', { resourcePolicy: forPrincipal(user) }],
    ['the resource lets everybody in', 'allowed', { resourcePolicy: forPrincipal('*') }],
    ['the resource delegates to the account only', 'identity-policy', { resourcePolicy: forPrincipal(home) }],
    ['the caller is denied by its own policy', 'explicit-deny', { own: [allow, deny] }],
    [
      'the caller is denied by the resource',
      'explicit-deny',
      { own: [allow], resourcePolicy: forPrincipal(user, deny) },
    ],
    ['everybody is denied by the resource', 'explicit-deny', { own: [allow], resourcePolicy: forPrincipal('*', deny) }],
    [
      'the account is denied by the resource',
      'explicit-deny',
      { own: [allow], resourcePolicy: forPrincipal(home, deny) },
    ],
    ['somebody else is denied', 'allowed', { own: [allow], resourcePolicy: forPrincipal(role, deny) }],
    ['another action is allowed', 'identity-policy', { own: [{ ...allow, Action: 's3:PutObject' }] }],
    ['another resource is allowed', 'identity-policy', { own: [{ ...allow, Resource: 'arn:aws:s3:::other/*' }] }],
  ])('%s: %s', (_, expected, change) => {
    expect(ask(change)).toBe(expected);
  });

  it('an administrator may do everything but what the resource denies', () => {
    const caller = { kind: 'identity', account: home, arn: user } as const;
    expect(ask({ caller })).toBe('allowed');
    expect(ask({ caller, resourcePolicy: forPrincipal(user, deny) })).toBe('explicit-deny');
  });
});

describe('across accounts', () => {
  it.each<[string, string, Parameters<typeof ask>[0]]>([
    ["the caller's policy alone allows", 'resource-policy', { own: [allow] }],
    ['the resource alone allows', 'identity-policy', { resourcePolicy: forPrincipal(role) }],
    ['both allow, by the role', 'allowed', { own: [allow], resourcePolicy: forPrincipal(role) }],
    ['both allow, by the session', 'allowed', { own: [allow], resourcePolicy: forPrincipal(session) }],
    ['both allow, by the account', 'allowed', { own: [allow], resourcePolicy: forPrincipal(abroad) }],
    [
      "both allow, by the account's root",
      'allowed',
      { own: [allow], resourcePolicy: forPrincipal(`arn:aws:iam::${abroad}:root`) },
    ],
    [
      'the resource lets in another role',
      'resource-policy',
      { own: [allow], resourcePolicy: forPrincipal(`${role}s`) },
    ],
    [
      'the resource lets in another account',
      'resource-policy',
      { own: [allow], resourcePolicy: forPrincipal('333333333333') },
    ],
    ['both allow, and the caller denies', 'explicit-deny', { own: [allow, deny], resourcePolicy: forPrincipal(role) }],
  ])('%s: %s', (_, expected, change) => {
    expect(askFromAbroad(change)).toBe(expected);
  });
});

it('a role is named with its path, which its sessions do not show', () => {
  const principal = `arn:aws:iam::${abroad}:role/some/path/replicator`;
  expect(askFromAbroad({ own: [allow], resourcePolicy: forPrincipal(principal) })).toBe('allowed');
  expect(principalArn(session)).toBe(role);
});

describe('a service', () => {
  const caller = { kind: 'service', name: 's3.amazonaws.com' } as const;
  const queue = `arn:aws:sqs:eu-west-1:${home}:events`;
  const ofBucket = {
    ArnLike: { 'aws:SourceArn': 'arn:aws:s3:*:*:state' },
    StringEquals: { 'aws:SourceAccount': home },
  };
  const policy = own({
    Effect: 'Allow',
    Principal: { Service: 's3.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: queue,
    Condition: ofBucket,
  });
  const send = (SourceArn: string, SourceAccount: string, resourcePolicy = policy) =>
    ask({
      caller,
      action: 'sqs:SendMessage',
      resource: queue,
      resourcePolicy,
      context: { 'aws:SourceArn': SourceArn, 'aws:SourceAccount': SourceAccount },
    });

  it('comes in by the policy of the resource, for the source it names', () => {
    expect(send('arn:aws:s3:::state', home)).toBe('allowed');
    expect(send('arn:aws:s3:::other', home)).toBe('resource-policy');
    expect(send('arn:aws:s3:::state', abroad)).toBe('resource-policy');
    expect(send('arn:aws:s3:::state', home, own())).toBe('resource-policy');
  });

  it('is nobody of the account', () => {
    const { Statement } = policy;
    const forAccount = own({ ...Statement[0]!, Principal: { AWS: home } });
    expect(send('arn:aws:s3:::state', home, forAccount)).toBe('resource-policy');
  });
});

describe('patterns', () => {
  it.each<[string, string, boolean]>([
    ['s3:*', 's3:GetObject', true],
    ['S3:getobject', 's3:GetObject', true],
    ['s3:Get*', 's3:GetObjectTagging', true],
    ['s3:GetObject?', 's3:GetObject', false],
    ['*', 'sqs:SendMessage', true],
    ['s3:GetObject', 's3:GetObjectTagging', false],
    ['s3:Get.bject', 's3:GetObject', false],
  ])('of actions: %s covers %s: %s', (Action, action, expected) => {
    expect(ask({ own: [{ ...allow, Action }], action }) === 'allowed').toBe(expected);
  });

  it.each<[string, string, boolean]>([
    ['arn:aws:s3:::state/*', 'arn:aws:s3:::state/a/b\nc', true],
    ['arn:aws:s3:::state/*', 'arn:aws:s3:::state', false],
    ['arn:aws:s3:::state/?', 'arn:aws:s3:::state/😀', true],
    ['arn:aws:s3:::State/*', 'arn:aws:s3:::state/k', false],
    ['arn:aws:s3:::*/k', 'arn:aws:s3:::state/k', true],
  ])('of resources: %s covers %s: %s', (Resource, resource, expected) => {
    expect(ask({ own: [{ ...allow, Resource }], resource }) === 'allowed').toBe(expected);
  });
});

describe('conditions', () => {
  const context = { 's3:prefix': 'a/b', 's3:ResourceAccount': home };
  const holds = (Condition: NonNullable<PolicyStatement['Condition']>) =>
    ask({ own: [{ ...allow, Condition }], context }) === 'allowed';

  it.each<[string, string, string | string[], boolean]>([
    ['StringEquals', 's3:prefix', 'a/b', true],
    ['StringEquals', 's3:prefix', ['x', 'a/b'], true],
    ['StringEquals', 's3:prefix', 'a/*', false],
    ['StringEquals', 'S3:Prefix', 'a/b', true],
    ['StringEquals', 's3:delimiter', '/', false],
    ['StringEqualsIfExists', 's3:delimiter', '/', true],
    ['StringEqualsIfExists', 's3:prefix', 'x', false],
    ['StringNotEquals', 's3:prefix', 'x', true],
    ['StringNotEquals', 's3:prefix', ['x', 'a/b'], false],
    ['StringNotEquals', 's3:delimiter', '/', true],
    ['StringLike', 's3:prefix', 'a/*', true],
    ['StringLike', 's3:prefix', 'b/*', false],
    ['StringNotLike', 's3:prefix', 'a/*', false],
    ['ArnEquals', 'aws:PrincipalArn', user, true],
    ['ArnLike', 'aws:PrincipalArn', `arn:aws:iam::${home}:user/*`, true],
    ['ArnLike', 'aws:PrincipalArn', 'arn:aws:*', false],
    ['ArnNotLike', 'aws:PrincipalArn', `arn:aws:iam::${home}:user/*`, false],
    ['StringEquals', 'aws:PrincipalAccount', home, true],
    ['StringEquals', 's3:ResourceAccount', abroad, false],
    ['Bool', 'aws:SecureTransport', 'true', true],
    ['Bool', 'aws:SecureTransport', 'false', false],
    ['Null', 's3:delimiter', 'true', true],
    ['Null', 's3:prefix', 'true', false],
    ['Null', 's3:prefix', 'false', true],
  ])('%s of %s with %s: %s', (operator, key, value, expected) => {
    expect(holds({ [operator]: { [key]: value } })).toBe(expected);
  });

  it('all of them must hold', () => {
    const both = (delimiter: string) => ({
      StringEquals: { 's3:prefix': 'a/b', 's3:ResourceAccount': home },
      Null: { 's3:delimiter': delimiter },
    });
    expect(holds(both('true'))).toBe(true);
    expect(holds(both('false'))).toBe(false);
  });

  it('a role session is known by its role', () => {
    const Condition = { ArnEquals: { 'aws:PrincipalArn': role } };
    const resourcePolicy = own({ ...allow, Principal: '*', Condition });
    expect(askFromAbroad({ own: [allow], resourcePolicy })).toBe('allowed');
  });
});

describe('a policy that could not be judged as it is written is refused', () => {
  const statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' };
  const refuse = (change: object, attachedTo: 'resource' | 'identity' = 'resource') =>
    expect(() => parsePolicy(JSON.stringify({ Statement: [{ ...statement, ...change }] }), attachedTo));

  it.each<[string, object, string]>([
    ['NotAction', { NotAction: 's3:*' }, '"NotAction" is not supported'],
    ['NotResource', { NotResource: '*' }, '"NotResource" is not supported'],
    ['NotPrincipal', { NotPrincipal: '*' }, '"NotPrincipal" is not supported'],
    ['an operator', { Condition: { NumericLessThan: { 's3:prefix': '1' } } }, 'condition operator "NumericLessThan"'],
    ['a set operator', { Condition: { 'ForAnyValue:StringEquals': { 's3:prefix': '1' } } }, 'condition operator'],
    ['a key', { Condition: { StringEquals: { 'aws:CalledVia': 'x' } } }, 'condition key "aws:CalledVia"'],
    ['a federated principal', { Principal: { Federated: 'x' } }, 'a Principal of kind "Federated"'],
    ['a pattern in a principal', { Principal: { AWS: 'arn:aws:iam::*:role/x' } }, 'Invalid principal in policy'],
    ['no principal', { Principal: undefined }, 'Principal must be'],
    ['no effect', { Effect: 'Maybe' }, 'Effect must be "Allow" or "Deny"'],
    ['no action', { Action: [] }, 'Action must be a string or a list of strings'],
    ['no resource', { Resource: 7 }, 'Resource must be a string or a list of strings'],
  ])('%s', (_, change, message) => {
    refuse(change).toThrow(PolicyError);
    refuse(change).toThrow(message);
    refuse(change).toThrow('Statement[0]');
  });

  it('a principal in a policy of a user or role', () => {
    refuse({}, 'identity').toThrow('has no Principal');
  });

  it.each(['', '[]', '{}', '{"Statement":[]}', '{"Version":"2020-01-01","Statement":[]}'])('the text %j', (text) => {
    expect(() => parsePolicy(text, 'resource')).toThrow(PolicyError);
  });

  it('but what CDK writes to enforce TLS and to grant is read', () => {
    const document = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Action: 's3:*',
          Resource: ['arn:aws:s3:::b', 'arn:aws:s3:::b/*'],
          Condition: { Bool: { 'aws:SecureTransport': false } },
        },
        {
          Sid: 'Grant',
          Effect: 'Allow',
          Principal: { AWS: role },
          Action: ['s3:PutObject', 's3:Abort*'],
          Resource: 'x',
        },
      ],
    };
    const read = parsePolicy(JSON.stringify(document), 'resource');
    expect(read.Statement[0]?.Condition).toEqual({ Bool: { 'aws:SecureTransport': 'false' } });
    expect(read.Statement[1]).toEqual({ ...document.Statement[1], Principal: { AWS: [role] } });
  });
});

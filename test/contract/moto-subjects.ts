import { SQS } from '@aws-sdk/client-sqs';
import { STS } from '@aws-sdk/client-sts';
import { newName, type SqsSubject } from './sqs-subject.ts';
import type { StsKeys, StsSubject } from './sts.ts';

const region = 'us-east-1';
const account = '111111111111';
const otherAccount = '222222222222';

/** What the contracts of SQS and STS are checked against at a running moto server: users and roles that it was given. */
export interface MotoSubjects {
  readonly sqs: SqsSubject;
  readonly sts: StsSubject;
}

/** Makes two accounts' identities at a moto server, under names that it has not seen. */
export async function createMotoSubjects(endpoint: string): Promise<MotoSubjects> {
  const name = newName();
  const keys = await addUser(endpoint, name);
  const clientOf = (credentials: StsKeys) => new STS({ endpoint, region, credentials, maxAttempts: 1 });
  const role = async (suffix: string, trusted: string, externalId?: string) =>
    addRole(endpoint, `${name}-${suffix}`, trusted, externalId);
  const trustingRole = await role('trusting', `arn:aws:iam::${account}:root`);
  // moto keeps accounts apart by the account of an assumed role.
  const session = await clientOf(keys).assumeRole({ RoleArn: trustingRole, RoleSessionName: 'stranger' });
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = session.Credentials ?? {};
  const stranger = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  const sqsOf = (credentials: StsKeys) => new SQS({ endpoint, region, credentials, maxAttempts: 1 });
  const externalId = 'contract-7';
  return {
    sqs: { sqs: sqsOf(keys), stranger: sqsOf(stranger), strangerAccount: otherAccount },
    sts: {
      clientOf,
      user: { ...keys, account, arn: `arn:aws:iam::${account}:user/${name}` },
      trustingRole,
      chainedRole: await role('chained', trustingRole),
      waryRole: await role('wary', 'arn:aws:iam::333333333333:root'),
      externalRole: { arn: await role('external', `arn:aws:iam::${account}:root`, externalId), externalId },
    },
  };
}

async function addUser(endpoint: string, UserName: string): Promise<StsKeys> {
  await iam(endpoint, account, { Action: 'CreateUser', UserName });
  const xml = await iam(endpoint, account, { Action: 'CreateAccessKey', UserName });
  const text = (tag: string) => new RegExp(`<${tag}>(.*?)</${tag}>`).exec(xml)?.[1] ?? '';
  return { accessKeyId: text('AccessKeyId'), secretAccessKey: text('SecretAccessKey') };
}

async function addRole(endpoint: string, RoleName: string, trusted: string, externalId?: string): Promise<string> {
  const condition = { Condition: { StringEquals: { 'sts:ExternalId': externalId } } };
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: trusted },
    Action: 'sts:AssumeRole',
    ...(externalId === undefined ? {} : condition),
  };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await iam(endpoint, otherAccount, { Action: 'CreateRole', RoleName, AssumeRolePolicyDocument });
  return `arn:aws:iam::${otherAccount}:role/${RoleName}`;
}

/** One request to moto's IAM, which reads the service from the signature's scope and the account from a header. */
async function iam(endpoint: string, accountId: string, parameters: Record<string, string>): Promise<string> {
  const scope = 'Credential=none/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=none';
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { authorization: `AWS4-HMAC-SHA256 ${scope}`, 'x-moto-account-id': accountId },
    body: new URLSearchParams({ Version: '2010-05-08', ...parameters }),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`moto refused ${parameters['Action']}: ${text}`);
  }
  return text;
}

import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IdentityRegistry } from '../../../lib/local-cloud/identity.ts';
import type { PolicyDocument } from '../../../lib/local-cloud/policy.ts';
import { LocalSqs } from '../../../lib/local-cloud/sqs/server.ts';
import { clientOf } from './clients.ts';

const bucket = { service: 's3.amazonaws.com', arn: 'arn:aws:s3:::state', account: '111111111111' };

describe('who may do what with a queue', () => {
  const identities = new IdentityRegistry();
  const server = new LocalSqs({ identities });
  const owner = identities.addUser('111111111111', 'owner');
  const other = identities.addUser('222222222222', 'other');
  const arn = 'arn:aws:sqs:eu-west-1:111111111111:work';
  let client: SQSClient;
  let QueueUrl = '';

  const as = (name: string, policy: PolicyDocument) =>
    clientOf(server.endpoint, identities.addUser('111111111111', name, policy));
  const setPolicy = (statement: object | undefined) => {
    const Policy = statement === undefined ? '' : JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    return client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  };
  const sending = (from: SQSClient) => from.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));

  beforeAll(async () => {
    await server.start();
    client = clientOf(server.endpoint, owner);
    QueueUrl = (await client.send(new CreateQueueCommand({ QueueName: 'work' }))).QueueUrl!;
  });
  afterAll(() => server.close());

  it('an identity does what its policy allows, and no more', async () => {
    const limited = as('limited', {
      Statement: [{ Effect: 'Allow', Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage'], Resource: arn }],
    });
    await limited.send(new ReceiveMessageCommand({ QueueUrl }));
    const Entries = [{ Id: 'a', ReceiptHandle: 'none' }];
    // The permission for one message is that for a batch.
    const batch = await limited.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    expect(batch.Failed?.[0]?.Code).toBe('ReceiptHandleIsInvalid');
    await expect(sending(limited)).rejects.toMatchObject({
      Code: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
      message: `User: arn:aws:iam::111111111111:user/limited is not authorized to perform: sqs:sendmessage on resource: ${arn} because no identity-based policy allows the sqs:sendmessage action`,
    });
  });

  it('another account needs both its own permission and that of the queue', async () => {
    const stranger = clientOf(server.endpoint, other);
    await expect(sending(stranger)).rejects.toMatchObject({ Code: 'AccessDenied' });
    const allow = { Effect: 'Allow', Principal: { AWS: '222222222222' }, Action: 'sqs:*', Resource: arn };
    await setPolicy(allow);
    await sending(stranger);
    const QueueOwnerAWSAccountId = '111111111111';
    const found = await stranger.send(new GetQueueUrlCommand({ QueueName: 'work', QueueOwnerAWSAccountId }));
    expect(found.QueueUrl).toBe(QueueUrl);
    const powerless = identities.addUser('222222222222', 'powerless', { Statement: [] });
    await expect(sending(clientOf(server.endpoint, powerless))).rejects.toMatchObject({ Code: 'AccessDenied' });
  });

  it('another account can never delete a queue or change it, nor see it in its list', async () => {
    await setPolicy({ Effect: 'Allow', Principal: '*', Action: 'sqs:*', Resource: arn });
    const stranger = clientOf(server.endpoint, other);
    await expect(stranger.send(new DeleteQueueCommand({ QueueUrl }))).rejects.toMatchObject({ Code: 'AccessDenied' });
    const change = new SetQueueAttributesCommand({ QueueUrl, Attributes: { DelaySeconds: '1' } });
    await expect(stranger.send(change)).rejects.toMatchObject({ Code: 'AccessDenied' });
    expect((await stranger.send(new ListQueuesCommand({}))).QueueUrls).toBeUndefined();
  });

  it('an explicit Deny of the queue holds for its own administrator', async () => {
    await setPolicy({ Effect: 'Deny', Principal: '*', Action: 'sqs:SendMessage', Resource: arn });
    await expect(sending(client)).rejects.toThrow('explicit deny');
    await setPolicy(undefined);
    await sending(client);
  });

  it('S3 sends for a bucket only where the queue names S3, the bucket and its account', async () => {
    const { service } = server;
    expect(service.accepts(arn, bucket)).toBe(false);
    expect(() => service.deliver(arn, 'event', bucket)).toThrow('does not let s3.amazonaws.com send');
    await setPolicy({
      Effect: 'Allow',
      Principal: { Service: 's3.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: arn,
      Condition: { ArnLike: { 'aws:SourceArn': bucket.arn }, StringEquals: { 'aws:SourceAccount': bucket.account } },
    });
    expect(service.accepts(arn, bucket)).toBe(true);
    expect(service.accepts(arn, { ...bucket, arn: 'arn:aws:s3:::other' })).toBe(false);
    expect(service.accepts(arn, { ...bucket, account: '222222222222' })).toBe(false);
    expect(service.accepts(arn, { ...bucket, service: 'sns.amazonaws.com' })).toBe(false);
    expect(service.accepts(`${arn}-absent`, bucket)).toBe(false);
    const before = service.find(arn)!.counts().visible;
    service.deliver(arn, 'event', bucket);
    expect(service.find(arn)!.counts().visible).toBe(before + 1);
  });

  it('refuses a policy that it could not judge as it is written', async () => {
    const statement = { Effect: 'Allow', Principal: '*', Action: 'sqs:*', Resource: arn };
    const Condition = { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } };
    await expect(setPolicy({ ...statement, Condition })).rejects.toMatchObject({ name: 'InvalidAttributeValue' });
    await sending(client);
  });
});

describe('a request that is not signed as it must be', () => {
  const identities = new IdentityRegistry();
  const server = new LocalSqs({ identities });
  const owner = identities.addUser('111111111111', 'owner');
  const listWith = (credentials: Partial<typeof owner>) =>
    clientOf(server.endpoint, { ...owner, ...credentials }).send(new ListQueuesCommand({}));
  beforeAll(() => server.start());
  afterAll(() => server.close());

  it.each([
    ['a wrong secret', { secretAccessKey: 'wrong' }, 'SignatureDoesNotMatch'],
    ['an unknown key', { accessKeyId: 'AKIAUNKNOWN' }, 'InvalidClientTokenId'],
    ['a session token that is not its own', { sessionToken: 'forged' }, 'InvalidClientTokenId'],
  ])('%s is refused', async (_, credentials, Code) => {
    await expect(listWith(credentials)).rejects.toMatchObject({ Code, $metadata: { httpStatusCode: 403 } });
  });

  it('expired credentials are refused', async () => {
    const expired = identities.add({ ...owner, accessKeyId: 'ASIAOLD', sessionToken: 't', expiresAt: Date.now() - 1 });
    await expect(listWith(expired)).rejects.toMatchObject({ Code: 'ExpiredToken' });
  });

  it('no signature at all is refused', async () => {
    const unsigned = await fetch(server.endpoint, { method: 'POST', body: '{}' });
    expect(unsigned.status).toBe(403);
    expect(unsigned.headers.get('x-amzn-query-error')).toBe('AccessDenied;Sender');
  });

  it('a body that was changed on the way is refused, and a signed one that is no JSON object', async () => {
    const sendingBody = (body: string, moment: 'before it is signed' | 'after it is signed') => {
      const client = clientOf(server.endpoint, owner);
      const replacing =
        <A extends { request: unknown }, R>(next: (args: A) => R) =>
        (args: A): R => {
          const request = args.request as { body: string; headers: Record<string, string> };
          request.body = body;
          request.headers['content-length'] = String(body.length);
          return next(args);
        };
      if (moment === 'before it is signed') {
        client.middlewareStack.add(replacing, { step: 'build', priority: 'low' });
      } else {
        client.middlewareStack.add(replacing, { step: 'finalizeRequest', priority: 'low' });
      }
      return client.send(new ListQueuesCommand({}));
    };
    await expect(sendingBody('[]', 'after it is signed')).rejects.toMatchObject({ Code: 'SignatureDoesNotMatch' });
    await expect(sendingBody('[]', 'before it is signed')).rejects.toMatchObject({ Code: 'MalformedInput' });
    await expect(sendingBody('{', 'before it is signed')).rejects.toMatchObject({ Code: 'MalformedInput' });
  });
});

import type { SQS } from '@aws-sdk/client-sqs';
import type { MotoSubjects } from './moto-subjects.ts';
import { type NotifiedQueue, newBucketName, type S3Keys, type S3Subject, s3Client } from './s3-subject.ts';

/** What the contract of S3 is checked against at a running moto server, with the identities it was given. */
export async function createMotoS3Subject(endpoint: string, { sqs, sts }: MotoSubjects): Promise<S3Subject> {
  const keys: S3Keys = sts.user;
  const strangerKeys = await assume(sts, sts.trustingRole);
  return {
    endpoint,
    keys,
    s3: s3Client(endpoint, keys),
    account: sts.user.account,
    stranger: s3Client(endpoint, strangerKeys),
    strangerAccount: sqs.strangerAccount,
    newQueue: () => makeQueue(sqs.sqs),
  };
}

async function assume(sts: MotoSubjects['sts'], RoleArn: string): Promise<S3Keys> {
  const { Credentials } = await sts.clientOf(sts.user).assumeRole({ RoleArn, RoleSessionName: 'stranger' });
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

async function makeQueue(sqs: SQS): Promise<NotifiedQueue> {
  const { QueueUrl } = await sqs.createQueue({ QueueName: newBucketName() });
  const { Attributes = {} } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['QueueArn'] });
  const { QueueArn: arn = '' } = Attributes;
  return {
    arn,
    take: async (count) => {
      const bodies: string[] = [];
      const deadline = Date.now() + 3_000;
      while (bodies.length < count && Date.now() < deadline) {
        const { Messages = [] } = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 });
        for (const { Body = '', ReceiptHandle } of Messages) {
          bodies.push(Body);
          await sqs.deleteMessage({ QueueUrl, ReceiptHandle });
        }
      }
      return bodies.map((body) => JSON.parse(body) as unknown);
    },
  };
}

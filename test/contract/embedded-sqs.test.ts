import { SQS } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { IdentityRegistry } from '../../lib/local-cloud/identity.ts';
import { LocalSqs } from '../../lib/local-cloud/sqs/server.ts';
import { sqsChecks } from './sqs.ts';
import type { SqsSubject } from './sqs-subject.ts';

describe('the embedded SQS', () => {
  const identities = new IdentityRegistry();
  const unexpected: unknown[] = [];
  const server = new LocalSqs({ identities, onError: (error) => unexpected.push(error) });
  let subject: SqsSubject;

  beforeAll(async () => {
    const endpoint = await server.start();
    const clientOf = (account: string) =>
      new SQS({ endpoint, region: 'eu-west-1', credentials: identities.addUser(account, 'admin'), maxAttempts: 1 });
    const strangerAccount = '222222222222';
    subject = { sqs: clientOf('111111111111'), stranger: clientOf(strangerAccount), strangerAccount };
  });
  afterAll(async () => {
    await server.close();
    if (unexpected.length > 0) {
      throw new AggregateError(unexpected, 'the server met errors of its own');
    }
  });

  it.each(sqsChecks)('$name', ({ run }) => run(subject));
});

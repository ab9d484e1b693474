import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { IdentityRegistry } from '../../lib/local-cloud/identity.ts';
import { LocalS3 } from '../../lib/local-cloud/s3/server.ts';
import { MessageBox } from './message-box.ts';
import { s3Checks } from './s3.ts';
import { type S3Subject, s3Client } from './s3-subject.ts';

describe('the embedded S3', () => {
  const identities = new IdentityRegistry();
  const queues = new MessageBox();
  const unexpected: unknown[] = [];
  const server = new LocalS3({ identities, queues, onError: (error) => unexpected.push(error) });
  let subject: S3Subject;

  beforeAll(async () => {
    const endpoint = await server.start();
    const owner = identities.addUser('111111111111', 'admin');
    const other = identities.addUser('222222222222', 'admin');
    subject = {
      endpoint,
      keys: owner,
      s3: s3Client(endpoint, owner),
      account: owner.account,
      stranger: s3Client(endpoint, other),
      strangerAccount: other.account,
      newQueue: async () => queues.newQueue(),
    };
  });
  afterAll(async () => {
    await server.close();
    if (unexpected.length > 0) {
      throw new AggregateError(unexpected, 'the server met errors of its own');
    }
  });

  it.each(s3Checks)('$name', ({ run }) => run(subject));
});

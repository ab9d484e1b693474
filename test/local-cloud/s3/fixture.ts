import type { S3 } from '@aws-sdk/client-s3';
import { type Identity, IdentityRegistry } from '../../../lib/local-cloud/identity.ts';
import { LocalS3, type LocalS3Options } from '../../../lib/local-cloud/s3/server.ts';
import { s3Client } from '../../contract/s3-subject.ts';

/** A running server with one account, its administrator's client, and one empty bucket `state`. */
export interface Fixture {
  readonly server: LocalS3;
  readonly identities: IdentityRegistry;
  readonly admin: Identity;
  readonly s3: S3;
  readonly Bucket: 'state';
}

/** Runs a test against a server of its own, and closes it. Errors of the server's own fail the test. */
export async function withServer(
  options: Omit<LocalS3Options, 'identities'>,
  test: (fixture: Fixture) => Promise<void>,
): Promise<void> {
  const identities = new IdentityRegistry();
  const unexpected: unknown[] = [];
  const server = new LocalS3({ identities, onError: (error) => unexpected.push(error), ...options });
  const endpoint = await server.start();
  const admin = identities.addUser('111111111111', 'admin');
  const s3 = s3Client(endpoint, admin);
  try {
    await s3.createBucket({ Bucket: 'state' });
    server.requests.reset();
    await test({ server, identities, admin, s3, Bucket: 'state' });
  } finally {
    s3.destroy();
    await server.close();
  }
  if (unexpected.length > 0) {
    throw new AggregateError(unexpected, 'the server met errors of its own');
  }
}

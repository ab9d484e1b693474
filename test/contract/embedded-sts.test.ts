import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { IdentityRegistry } from '../../lib/local-cloud/identity.ts';
import { LocalSts } from '../../lib/local-cloud/sts/server.ts';
import { type StsSubject, stsChecks } from './sts.ts';

describe('the embedded STS', () => {
  const identities = new IdentityRegistry();
  const unexpected: unknown[] = [];
  const server = new LocalSts({ identities, onError: (error) => unexpected.push(error) });
  let subject: StsSubject;

  beforeAll(async () => {
    const endpoint = await server.start();
    const user = identities.addUser('111111111111', 'admin');
    const addRole = (name: string, trusted: readonly string[], externalId?: string) => {
      const policy = {
        Statement: [{ Effect: 'Allow' as const, Action: 'sts:AssumeRole', Resource: '*' }],
      };
      const arn = `arn:aws:iam::222222222222:role/${name}`;
      return identities.addRole({ arn, policy, trusted, ...(externalId === undefined ? {} : { externalId }) }).arn;
    };
    const trustingRole = addRole('trusting', [user.account]);
    const externalId = 'contract-7';
    subject = {
      clientOf: (credentials) => new STS({ endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 }),
      user,
      trustingRole,
      chainedRole: addRole('chained', [trustingRole]),
      waryRole: addRole('wary', ['333333333333']),
      externalRole: { arn: addRole('external', [user.account], externalId), externalId },
    };
  });
  afterAll(async () => {
    await server.close();
    if (unexpected.length > 0) {
      throw new AggregateError(unexpected, 'the server met errors of its own');
    }
  });

  it.each(stsChecks)('$name', ({ run }) => run(subject));
});

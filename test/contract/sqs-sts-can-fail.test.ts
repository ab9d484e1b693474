import { SQS } from '@aws-sdk/client-sqs';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LoopbackServer } from '../../lib/local-cloud/http.ts';
import { runChecks } from './check.ts';
import { sqsChecks } from './sqs.ts';
import { type StsKeys, stsChecks } from './sts.ts';

const region = 'eu-west-1';
const user = { accessKeyId: 'key', secretAccessKey: 'secret', arn: 'arn:aws:iam::111111111111:user/u', account: '1' };
const role = 'arn:aws:iam::222222222222:role/r';

// A check that passes at a server that does nothing would prove nothing at any server.
describe.each([
  ['says yes to everything', 200],
  ['refuses everything', 400],
])('a server that %s', (_, status) => {
  const server = new LoopbackServer(async (request, response) => {
    request.resume();
    const isJson = String(request.headers['content-type']).includes('json');
    response.writeHead(status).end(isJson ? '{}' : '<Response/>');
  });
  let endpoint = '';
  beforeAll(async () => {
    endpoint = await server.start();
  });
  afterAll(() => server.close());

  it('passes no check of SQS', async () => {
    const sqs = new SQS({ endpoint, region, credentials: user, maxAttempts: 1 });
    const results = await runChecks(sqsChecks, { sqs, stranger: sqs, strangerAccount: '222222222222' });
    expect(results.filter((result) => result.failure === undefined)).toEqual([]);
  });

  it('passes no check of STS', async () => {
    const results = await runChecks(stsChecks, {
      clientOf: (credentials: StsKeys) => new STS({ endpoint, region, credentials, maxAttempts: 1 }),
      user,
      trustingRole: role,
      chainedRole: role,
      waryRole: role,
      externalRole: { arn: role, externalId: 'id' },
    });
    expect(results.filter((result) => result.failure === undefined)).toEqual([]);
  });
});

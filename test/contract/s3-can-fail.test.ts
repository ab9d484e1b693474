import type { ServerResponse } from 'node:http';
import { expect, it } from '@jest/globals';
import { LoopbackServer } from '../../lib/local-cloud/http.ts';
import { runChecks } from './check.ts';
import { s3Checks } from './s3.ts';
import { s3Client } from './s3-subject.ts';

const keys = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };

/** Runs every check against a server that gives everybody the same answer, and tells which pass. */
async function passedAt(answer: (response: ServerResponse) => void): Promise<readonly string[]> {
  const server = new LoopbackServer(async (request, response) => {
    request.resume();
    answer(response);
  });
  const endpoint = await server.start();
  const s3 = s3Client(endpoint, keys);
  const subject = {
    endpoint,
    keys,
    s3,
    account: '111111111111',
    stranger: s3,
    strangerAccount: '222222222222',
    newQueue: async () => ({ arn: 'arn:aws:sqs:us-east-1:111111111111:q', take: async () => [] }),
  };
  const results = await runChecks(s3Checks, subject);
  await server.close();
  return results.filter((result) => result.failure === undefined).map((result) => result.name);
}

it('no check passes where every request succeeds and does nothing', async () => {
  expect(await passedAt((response) => response.end())).toEqual([]);
});

it.each([403, 404, 412, 501])('no check passes where every request is refused with %i', async (status) => {
  expect(await passedAt((response) => response.writeHead(status).end())).toEqual([]);
});

import { Agent, get, type IncomingMessage } from 'node:http';
import { expect, it } from '@jest/globals';
import { LoopbackServer } from '../../lib/local-cloud/http.ts';

function statusOf(url: string, agent?: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { agent: agent ?? false }, (response: IncomingMessage) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    }).once('error', reject);
  });
}

it('a server closes for good though a client keeps its connection and another waits for an answer', async () => {
  const agent = new Agent({ keepAlive: true });
  const server = new LoopbackServer((request, response) => {
    if (request.url === '/now') {
      response.end();
    }
    return Promise.resolve();
  });
  const endpoint = await server.start();
  expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(await statusOf(`${endpoint}/now`, agent)).toBe(200);
  const waiting = statusOf(`${endpoint}/never`);
  const refused = expect(waiting).rejects.toMatchObject({ code: 'ECONNRESET' });
  while (server.openConnections < 2) {
    await new Promise(setImmediate);
  }
  await server.close();
  expect(server.openConnections).toBe(0);
  await refused;
  await expect(statusOf(`${endpoint}/now`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await server.close();
  agent.destroy();
});

it('an error of the server itself is answered with 500, and told', async () => {
  const errors: unknown[] = [];
  const server = new LoopbackServer(
    () => Promise.reject(new Error('a mistake')),
    (error) => errors.push(error),
  );
  expect(await statusOf(await server.start())).toBe(500);
  expect(errors.map(String)).toEqual(['Error: a mistake']);
  await server.close();
});

it('a server that is not started has no endpoint', () => {
  const server = new LoopbackServer(() => Promise.resolve());
  expect(() => server.endpoint).toThrow('call start() first');
});

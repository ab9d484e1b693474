import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came over the wire. */
export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A server that answers what the test says and keeps what it was asked: for headers that no real S3 shows. */
export interface ScriptedServer {
  readonly endpoint: string;
  readonly received: readonly Received[];
  /** The one request of that method to an address with `part` in it. */
  only(method: string, part?: string): Received;
  close(): Promise<void>;
}

export async function startScriptedServer(
  answer: (request: Received) => ScriptedAnswer | 'hang' | undefined,
): Promise<ScriptedServer> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) {
      chunks.push(chunk);
    }
    const { method = '', url = '', headers } = request;
    received.push({ method, url, headers, body: Buffer.concat(chunks) });
    const said = answer({ method, url, headers, body: Buffer.concat(chunks) }) ?? {};
    if (said !== 'hang') {
      respond(response, said);
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    only: (method, part = '') => {
      const matching = received.filter((request) => request.method === method && request.url.includes(part));
      if (matching.length !== 1) {
        throw new Error(`${matching.length} requests ${method} …${part}… were received, and one was expected`);
      }
      return matching[0] as Received;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** An error answer of S3. */
export function errorAnswer(
  status: number,
  code: string,
  headers: Readonly<Record<string, string>> = {},
): ScriptedAnswer {
  return { status, headers, body: `<Error><Code>${code}</Code><Message>said ${code}</Message></Error>` };
}

function respond(response: ServerResponse, { status = 200, headers = {}, body = '' }: ScriptedAnswer): void {
  const type = body.startsWith('<') ? { 'content-type': 'application/xml' } : {};
  response.writeHead(status, { ...type, ...headers }).end(body);
}

import { createServer, type IncomingMessage } from 'node:http';

/** A request that a server got. */
export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly target: string | undefined;
  readonly contentType: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** What a server answers. */
export interface Said {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server on loopback that keeps what it hears and answers what it is told to. It stands for SNS, for EventBridge, or for a webhook. */
export async function startListener(answer: (heard: Heard) => Said | 'hang up') {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    void read(request).then((one) => {
      heard.push(one);
      const said = answer(one);
      if (said === 'hang up') {
        request.socket.destroy();
        return;
      }
      response.writeHead(said.status, { 'content-type': 'application/x-amz-json-1.1', ...said.headers }).end(said.body);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    heard,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

async function read(request: IncomingMessage): Promise<Heard> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Uint8Array);
  }
  const { method = '', url = '', headers } = request;
  const target = headers['x-amz-target'];
  return {
    method,
    path: url,
    target: typeof target === 'string' ? target : undefined,
    contentType: headers['content-type'],
    authorization: headers.authorization,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

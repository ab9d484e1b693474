import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { LoopbackServer } from '../http.ts';

/** One invocation, as the runtime is told of it. */
export interface Invocation {
  readonly requestId: string;
  /** JSON text. */
  readonly event: string;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  readonly functionArn: string;
}

/** What the runtime in the process tells Lambda. */
export interface RuntimeCalls {
  /** The runtime is free; `give` hands it its next invocation, once. */
  next(give: (invocation: Invocation) => void): void;
  response(requestId: string, payload: string): void;
  error(requestId: string, payload: string): void;
  initError(payload: string): void;
}

/** A running Runtime API. */
export interface RuntimeApi {
  /** `127.0.0.1:PORT`, the value of `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string;
  /** Says who is told of the calls; before the runtime is started. */
  onCalls(calls: RuntimeCalls): void;
  close(): Promise<void>;
}

const PREFIX = '/2018-06-01/runtime';

/** Serves the Lambda Runtime API, version 2018-06-01, to one runtime on a loopback port of its own. */
export async function serveRuntimeApi(): Promise<RuntimeApi> {
  let told: RuntimeCalls | undefined;
  const server = new LoopbackServer((request, response) => answer(request, response, told));
  const endpoint = await server.start();
  return {
    address: endpoint.replace('http://', ''),
    onCalls: (calls) => {
      told = calls;
    },
    close: () => server.close(),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  calls: RuntimeCalls | undefined,
): Promise<void> {
  const path = request.url ?? '';
  if (request.method === 'GET' && path === `${PREFIX}/invocation/next`) {
    calls?.next((invocation) => send(response, invocation));
    return;
  }
  const payload = await text(request);
  const about = /^\/invocation\/([^/]+)\/(response|error)$/.exec(path.slice(PREFIX.length));
  if (request.method === 'POST' && path === `${PREFIX}/init/error`) {
    calls?.initError(payload);
  } else if (request.method === 'POST' && about?.[1] !== undefined) {
    calls?.[about[2] === 'response' ? 'response' : 'error'](about[1], payload);
  } else {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
}

function send(response: ServerResponse, invocation: Invocation): void {
  response.writeHead(200, {
    'content-type': 'application/json',
    'lambda-runtime-aws-request-id': invocation.requestId,
    'lambda-runtime-deadline-ms': String(invocation.deadline),
    'lambda-runtime-invoked-function-arn': invocation.functionArn,
  });
  response.end(invocation.event);
}

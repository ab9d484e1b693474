import type { IncomingMessage, ServerResponse } from 'node:http';
import { verifyControlPlaneRequest } from '../control-plane-signature.ts';
import { LoopbackServer, newRequestId, RequestCounter, readBody } from '../http.ts';
import type { IdentityRegistry } from '../identity.ts';
import { batchOperations } from './batch-operations.ts';
import { SqsError } from './errors.ts';
import { type Input, isObject } from './input.ts';
import { messageOperations } from './message-operations.ts';
import type { Operation } from './operations.ts';
import { queueOperations } from './queue-operations.ts';
import { SqsService } from './service.ts';

/** What an embedded SQS is made with. */
export interface LocalSqsOptions {
  readonly identities: IdentityRegistry;
  /** Milliseconds since the epoch: what visibility, delay and retention go by. */
  readonly clock?: () => number;
  /** The clock that signatures are judged by; clients sign by the machine's. */
  readonly signingClock?: () => number;
  /** Hears of errors in the server itself. */
  readonly onError?: (error: unknown) => void;
}

const operations: Readonly<Record<string, Operation>> = {
  ...queueOperations,
  ...messageOperations,
  ...batchOperations,
};

/** The most that a request's body can be: a full batch in JSON, escaped at its worst. */
const LARGEST_BODY = 8 * 1024 * 1024;

/**
 * An embedded SQS on loopback that speaks the AWS JSON 1.0 protocol: standard queues, for several accounts and regions.
 * What it lacks (FIFO queues, tags, permissions by label, move tasks) is refused by name.
 */
export class LocalSqs {
  /** The queues, for those in the same process. */
  readonly service: SqsService;
  /** Counts requests by operation. */
  readonly requests = new RequestCounter();
  readonly #identities: IdentityRegistry;
  readonly #signingClock: () => number;
  readonly #server: LoopbackServer;

  constructor({ identities, clock, signingClock = Date.now, onError }: LocalSqsOptions) {
    this.service = new SqsService(clock);
    this.#signingClock = signingClock;
    this.#identities = identities;
    this.#server = new LoopbackServer((request, response) => this.#answer(request, response), onError);
  }

  /** Starts to listen and returns the endpoint. */
  start(): Promise<string> {
    return this.#server.start();
  }

  get endpoint(): string {
    return this.#server.endpoint;
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      respond(response, 200, await this.#perform(request, response));
    } catch (error) {
      if (!(error instanceof SqsError)) {
        throw error;
      }
      response.setHeader('x-amzn-query-error', `${error.queryCode};Sender`);
      respond(response, error.status, { __type: error.type, message: error.message });
    }
  }

  async #perform(request: IncomingMessage, response: ServerResponse): Promise<object> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const body = await readBody(request, LARGEST_BODY);
    const { identity, region } = verifyControlPlaneRequest(
      request,
      body,
      this.#identities,
      { service: 'sqs', now: this.#signingClock() },
      (code, message) => new SqsError(code, message),
    );
    const name = /^AmazonSQS\.(\w+)$/.exec(String(request.headers['x-amz-target']))?.[1] ?? '';
    const operation = operations[name];
    if (operation === undefined) {
      throw new SqsError('InvalidAction', `The operation ${name} is not supported here.`);
    }
    this.requests.add(name);
    const { service, endpoint } = this;
    return operation({ service, endpoint, identity, region, input: readInput(body), signal: gone.signal });
  }
}

function readInput(body: Buffer): Input {
  try {
    const input: unknown = JSON.parse(body.toString());
    if (isObject(input)) {
      return input;
    }
  } catch {
    // Told below, the same as for JSON that is no object.
  }
  throw new SqsError('MalformedInput', 'The request body must be a JSON object.');
}

function respond(response: ServerResponse, status: number, output: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': newRequestId() });
  response.end(JSON.stringify(output));
}

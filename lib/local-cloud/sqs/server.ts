import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ControlPlaneOptions, ControlPlaneServer } from '../control-plane-server.ts';
import { newRequestId } from '../http.ts';
import { batchOperations } from './batch-operations.ts';
import { SqsError } from './errors.ts';
import { type Input, isObject } from './input.ts';
import { messageOperations } from './message-operations.ts';
import type { Operation } from './operations.ts';
import { queueOperations } from './queue-operations.ts';
import { SqsService } from './service.ts';

/** What an embedded SQS is made with. */
export interface LocalSqsOptions extends ControlPlaneOptions {
  /** Milliseconds since the epoch: what visibility, delay and retention go by. */
  readonly clock?: () => number;
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
export class LocalSqs extends ControlPlaneServer {
  /** The queues, for those in the same process. */
  readonly service: SqsService;

  constructor({ clock, ...options }: LocalSqsOptions) {
    super(options);
    this.service = new SqsService(clock);
  }

  protected override async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
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
    const { body, identity, region } = await this.receive(
      request,
      { service: 'sqs', limit: LARGEST_BODY },
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

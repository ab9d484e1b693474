import type { ServerResponse } from 'node:http';
import type { Reply } from './call.ts';
import type { S3Error } from './errors.ts';
import type { Fault } from './faults.ts';
import { writeErrorXml, writeXml } from './xml.ts';

/** What every answer carries, whatever became of the request. */
export interface AnswerContext {
  readonly requestId: string;
  readonly hostId: string;
  /** For error documents. */
  readonly resource: string;
  /** HEAD requests have answers without a body. */
  readonly withoutBody: boolean;
  /** What is to go wrong with the body. */
  readonly fault: Fault | undefined;
}

/** Writes the answer to a request that succeeded, and resolves when it is out or the client has gone. */
export async function sendReply(response: ServerResponse, context: AnswerContext, reply: Reply): Promise<void> {
  if (reply.content !== undefined) {
    const { source, start, end } = reply.content;
    // Asked for before the head is written: a content that was not kept is refused with an error answer.
    const chunks = context.withoutBody ? [] : source.chunks(start, end);
    writeHead(response, context, reply.status ?? 200, reply.headers ?? {});
    await sendChunks(response, context, chunks);
    return;
  }
  const text = reply.xml === undefined ? (reply.text ?? '') : writeXml(reply.xml.root, reply.xml.node);
  const body = Buffer.from(text, 'utf8');
  writeHead(response, context, reply.status ?? 200, {
    'content-type': reply.xml === undefined ? undefined : 'application/xml',
    // A 204 has no body, and so no length.
    'content-length': reply.status === 204 ? undefined : String(body.length),
    ...reply.headers,
  });
  await sendChunks(response, context, body.length === 0 ? [] : [body]);
}

/** Writes an error answer. */
export function sendError(response: ServerResponse, context: AnswerContext, error: S3Error): void {
  const document = writeErrorXml({
    Code: error.code,
    Message: error.message,
    ...error.details,
    Resource: context.resource,
    RequestId: context.requestId,
    HostId: context.hostId,
  });
  const bodiless = context.withoutBody || error.status === 304;
  const body = bodiless ? undefined : Buffer.from(document, 'utf8');
  writeHead(response, context, error.status, {
    'content-type': bodiless ? undefined : 'application/xml',
    'content-length': body === undefined ? undefined : String(body.length),
    ...error.headers,
  });
  response.end(body);
}

function writeHead(
  response: ServerResponse,
  context: AnswerContext,
  status: number,
  headers: Readonly<Record<string, string | undefined>>,
): void {
  const all: Record<string, string> = {
    'x-amz-request-id': context.requestId,
    'x-amz-id-2': context.hostId,
    server: 'AmazonS3',
  };
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) {
      all[name] = value;
    }
  }
  response.writeHead(status, all);
}

async function sendChunks(
  response: ServerResponse,
  context: AnswerContext,
  chunks: Iterable<Uint8Array>,
): Promise<void> {
  if (context.withoutBody) {
    response.end();
    return;
  }
  let offset = 0;
  for (const chunk of chunks) {
    const sent = spoil(chunk, offset, context.fault);
    offset += chunk.length;
    if (!response.write(sent)) {
      await writable(response);
    }
    if (response.destroyed) {
      return;
    }
    if (sent.length < chunk.length) {
      await cut(response);
      return;
    }
  }
  response.end();
}

/** A chunk as the fault leaves it: shortened where the body is to be cut, or with one byte inverted. */
function spoil(chunk: Uint8Array, offset: number, fault: Fault | undefined): Uint8Array {
  if (typeof fault !== 'object') {
    return chunk;
  }
  if ('truncateBodyAt' in fault && fault.truncateBodyAt < offset + chunk.length) {
    return chunk.subarray(0, Math.max(fault.truncateBodyAt - offset, 0));
  }
  if ('flipByteAt' in fault && fault.flipByteAt >= offset && fault.flipByteAt < offset + chunk.length) {
    const spoiled = Uint8Array.from(chunk);
    const index = fault.flipByteAt - offset;
    spoiled[index] = (spoiled[index] ?? 0) ^ 0xff;
    return spoiled;
  }
  return chunk;
}

/** What was written so far must reach the client before the connection goes. */
async function cut(response: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => response.write('', () => resolve()));
  response.destroy();
}

async function writable(response: ServerResponse): Promise<void> {
  if (response.destroyed) {
    return;
  }
  await new Promise<void>((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}

import { type ClientRequest, type IncomingMessage, request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { type PromiseHttpLibrary, type RequestContext, ResponseContext } from '@kubernetes/client-node';
import { answerBytes } from '../answer-body.ts';
import { retryAfter } from '../retry-after.ts';
import type { Agents } from './agents.ts';
import { ApiFailure, type ApiStatus } from './errors.ts';

/** Bytes of an answer: 500 Secrets of a listing with annotations of 256 KiB, which is all that one can have. */
const longestAnswer = 160 * 1024 ** 2;

/** What one call adds to the requests that the client makes for it. */
export interface CallFields {
  /** Ends the request, and its connection with it. */
  readonly signal: AbortSignal;
  /** The representation to ask for. @default the client's own */
  readonly accept?: string;
}

/**
 * Sends the client's requests: with a signal, over connections that stay open, each once and to nowhere else, since a redirect would turn a
 * write into a read. Rejects with `ApiFailure` for every answer that is no success.
 *
 * An answer is read to its end before it is passed on: it holds one object of at most a few MiB, or one page of a listing.
 */
export function transport(agents: Agents, { signal, accept }: CallFields): PromiseHttpLibrary {
  return {
    send: async (context: RequestContext) => {
      const headers = { ...context.getHeaders(), ...(accept === undefined ? {} : { Accept: accept }) };
      const { status, fields, text } = await exchange(context, agents, headers, signal);
      if (status < 200 || status > 299) {
        throw new ApiFailure(status, statusOf(text), retryAfter(fields['retry-after'], fields.date));
      }
      const type = fields['content-type'];
      return new ResponseContext(status, type === undefined ? {} : { 'content-type': type }, {
        text: async () => text,
        binary: async () => Buffer.from(text),
      });
    },
  };
}

interface Answer {
  readonly status: number;
  readonly fields: IncomingMessage['headers'];
  readonly text: string;
}

function exchange(
  context: RequestContext,
  agents: Agents,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const url = new URL(context.getUrl());
    const send = url.protocol === 'https:' ? overHttps : overHttp;
    const agent = agents.insteadOf(context.getAgent());
    const method = context.getHttpMethod();
    const body = bodyOf(context);
    const fields = { ...headers, ...lengthField(body) };
    const options = { method, headers: fields, signal, ...(agent && { agent }) };
    const request: ClientRequest = send(url, options, (response) => {
      answerBytes(response, longestAnswer).then(
        (bytes) => resolve({ status: response.statusCode ?? 0, fields: response.headers, text: bytes.toString() }),
        reject,
      );
    });
    request.once('error', reject);
    request.end(body);
  });
}

function bodyOf(context: RequestContext): string | undefined {
  const body = context.getBody();
  return typeof body === 'string' ? body : undefined;
}

/** Said here, since Node says it only of methods that it expects a body of; DELETE is none. */
function lengthField(body: string | undefined): Readonly<Record<string, string>> {
  return body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
}

/** The Status that a failed request is answered with; undefined where the answer is something else. */
function statusOf(text: string): ApiStatus | undefined {
  try {
    const said = JSON.parse(text) as (ApiStatus & { readonly kind?: string }) | null;
    return said?.kind === 'Status' ? said : undefined;
  } catch {
    return undefined;
  }
}

import type { ServerResponse } from 'node:http';

/** What a server answers. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

/** An answer that is thrown where it is found out. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly answer: Answer;

  constructor(status: number, text = '') {
    super(`${status} ${text}`);
    this.answer = { status, body: text, headers: { 'content-type': 'text/plain' } };
  }
}

/** Sends an answer; to a HEAD only its head. */
export function sendAnswer(
  response: ServerResponse,
  method: string | undefined,
  { status, headers = {}, body = '' }: Answer,
): void {
  const bytes = Buffer.from(body);
  const isBare = status === 204 || status === 304;
  const length = headers['content-length'] ?? `${bytes.byteLength}`;
  response.writeHead(status, { ...headers, ...(isBare ? {} : { 'content-length': length }) });
  response.end(method === 'HEAD' || isBare ? undefined : bytes);
}

import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';

/** A request as it goes over the wire; the path is percent-encoded already. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  /** Signed, all of them. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The declared payload: a digest, or one of the words that S3 knows. */
  readonly payload?: string;
  readonly body?: string | Buffer;
}

/** The whole of an answer. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What the signatures of a body's chunks follow from. */
export interface Signed {
  readonly headers: Readonly<Record<string, string>>;
  readonly signature: string;
  readonly scope: string;
  readonly timestamp: string;
  readonly key: Buffer;
}

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** SHA-256 in hexadecimal; of text, one byte for each character. */
export const sha256 = (text: string | Buffer) =>
  createHash('sha256')
    .update(typeof text === 'string' ? Buffer.from(text, 'latin1') : text)
    .digest('hex');

/** Signs for S3 in us-east-1, by the steps that Amazon documents. */
export function sign(host: string, keys: Keys, { method, path, headers = {}, ...rest }: RawRequest): Signed {
  const timestamp = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const payload = rest.payload ?? sha256(rest.body ?? '');
  const all: Record<string, string> = { ...headers, host, 'x-amz-date': timestamp, 'x-amz-content-sha256': payload };
  const names = Object.keys(all).sort();
  const [pathname = '', query = ''] = path.split('?');
  const lines = names.map((name) => `${name}:${all[name]?.trim()}\n`).join('');
  const canonical = [method, pathname, query, lines, names.join(';'), payload].join('\n');
  const scope = `${timestamp.slice(0, 8)}/us-east-1/s3/aws4_request`;
  const parts = scope.split('/');
  const key = parts.reduce<Buffer | string>((previous, part) => hmac(previous, part), `AWS4${keys.secretAccessKey}`);
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${sha256(canonical)}`).toString('hex');
  const credential = `Credential=${keys.accessKeyId}/${scope}`;
  const authorization = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { headers: { ...all, authorization }, signature, scope, timestamp, key: Buffer.from(key) };
}

/** Sends a request as it is, with the headers given. */
export async function send(
  endpoint: string,
  headers: Readonly<Record<string, string>>,
  { method, path, body = '' }: RawRequest,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(endpoint);
  const length = { 'content-length': String(Buffer.byteLength(body)) };
  const outgoing = request({ hostname, port, method, path, headers: { ...length, ...headers }, agent: false });
  // As bytes: Node would encode headers together with text, as UTF-8.
  outgoing.end(typeof body === 'string' ? Buffer.from(body) : body);
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    chunks.push(chunk);
  }
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks).toString() };
}

/** Signs and sends. */
export function sendSigned(endpoint: string, keys: Keys, raw: RawRequest, host?: string): Promise<RawAnswer> {
  return send(endpoint, sign(host ?? new URL(endpoint).host, keys, raw).headers, raw);
}

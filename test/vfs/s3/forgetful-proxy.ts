import { createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Identity } from '../../../lib/local-cloud/identity.ts';

/** Which headers of a request are left out, as if the store did not know them. */
export type Forget = (request: { readonly method: string; readonly url: string }) => readonly string[];

/** An S3-compatible store that accepts headers and ignores them: the embedded S3, behind a proxy that leaves them out. */
export interface ForgetfulProxy {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Requests are signed anew by `identity`, since the headers that are left out are signed too. */
export async function startForgetfulProxy(target: string, identity: Identity, forget: Forget): Promise<ForgetfulProxy> {
  const { hostname, port } = new URL(target);
  const signer = new SignatureV4({
    ...{ service: 's3', region: 'us-east-1', sha256: Sha256, uriEscapePath: false, applyChecksum: false },
    credentials: { accessKeyId: identity.accessKeyId, secretAccessKey: identity.secretAccessKey },
  });
  const pass = async (incoming: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '' } = incoming;
    const { headers } = await signer.sign({
      ...{ protocol: 'http:', hostname, port: Number(port), method },
      path: url.split('?')[0] ?? '',
      query: queryOf(url),
      headers: { ...keptHeaders(incoming, forget({ method, url })), host: `${hostname}:${port}` },
    });
    const outgoing = sendRequest({ hostname, port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  };
  const server = createServer((incoming, response) => {
    pass(incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const ofTheFirstSignature = ['authorization', 'x-amz-date', 'x-amz-security-token', 'connection', 'host'];

function keptHeaders({ headers }: IncomingMessage, forgotten: readonly string[]): Record<string, string> {
  const kept = Object.entries(headers).filter(
    ([name]) => !ofTheFirstSignature.includes(name) && !forgotten.includes(name),
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

function queryOf(url: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(url.split('?')[1] ?? ''));
}

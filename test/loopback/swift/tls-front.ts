import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { createServer } from 'node:tls';
import { type Certificate, selfSigned } from './certificate.ts';

/** A port that speaks TLS and passes on to one that does not. */
export interface TlsFront extends Certificate {
  /** `https://127.0.0.1:…`. */
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Puts TLS, with a certificate of its own, before a server on loopback. */
export async function startTlsFront(endpoint: string): Promise<TlsFront> {
  const certificate = selfSigned();
  const { port } = new URL(endpoint);
  const server = createServer(certificate, (socket) => {
    const inner = connect(Number(port), '127.0.0.1');
    const cut = () => {
      socket.destroy();
      inner.destroy();
    };
    socket.on('error', cut).on('close', cut).pipe(inner).on('error', cut).on('close', cut).pipe(socket);
  });
  server.on('tlsClientError', () => {}); // A client that does not trust it.
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: own } = server.address() as AddressInfo;
  return {
    ...certificate,
    endpoint: `https://127.0.0.1:${own}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

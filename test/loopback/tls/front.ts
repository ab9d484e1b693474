import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import { type Certificate, selfSigned } from './certificate.ts';

/** A port that speaks TLS and passes on to one that does not. */
export interface TlsFront extends Certificate {
  /** `https://127.0.0.1:…`. */
  readonly endpoint: string;
  readonly port: number;
  /** The common names of the certificates that clients presented, one for each connection. */
  readonly clients: readonly (string | undefined)[];
  close(): Promise<void>;
}

/** Puts TLS, with a certificate of its own, before a server on loopback: `http://127.0.0.1:40123`. */
export async function startTlsFront(endpoint: string): Promise<TlsFront> {
  const certificate = selfSigned();
  const clients: (string | undefined)[] = [];
  const sockets = new Set<Socket>();
  const options = { ...certificate, requestCert: true, rejectUnauthorized: false };
  const server = createServer(options, (outer) => {
    const peer = outer.getPeerCertificate() as { readonly subject?: { readonly CN: string } };
    clients.push(peer.subject?.CN);
    const inner = connect(Number(new URL(endpoint).port), '127.0.0.1');
    const cut = () => {
      outer.destroy();
      inner.destroy();
    };
    for (const socket of [outer, inner]) {
      sockets.add(socket);
      socket.on('error', cut).on('close', cut);
    }
    outer.pipe(inner).pipe(outer);
  });
  server.on('tlsClientError', () => {}); // A client that does not trust it.
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    ...certificate,
    endpoint: `https://127.0.0.1:${port}`,
    port,
    clients,
    close: async () => {
      for (const socket of sockets) {
        socket.destroy();
      }
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { certificate, certificateKey } from './certificate.ts';

/** Takes TLS connections on loopback and passes what is in them on to a server in plain. */
export class TlsFront {
  /** The common names of the certificates that clients presented, one for each connection. */
  readonly clients: (string | undefined)[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  /** `endpoint` is the server's, such as `http://127.0.0.1:40123`. */
  constructor(endpoint: string) {
    const options = { cert: certificate, key: certificateKey, requestCert: true, rejectUnauthorized: false };
    this.#server = createServer(options, (outer) => {
      const peer = outer.getPeerCertificate() as { readonly subject?: { readonly CN: string } };
      this.clients.push(peer.subject?.CN);
      const inner = connect(Number(new URL(endpoint).port), '127.0.0.1');
      for (const [socket, other] of [
        [outer, inner],
        [inner, outer],
      ] as const) {
        this.#sockets.add(socket);
        socket.on('error', () => other.destroy());
        socket.on('close', () => other.destroy());
        socket.pipe(other);
      }
    });
  }

  /** Starts to listen and answers the port. */
  async start(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

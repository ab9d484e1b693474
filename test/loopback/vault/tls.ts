import { readFile } from 'node:fs/promises';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';

const certificates = join(import.meta.dirname, 'certificates');

/** The file with the authority that `startTls` shows a certificate of: for 127.0.0.1 and localhost, and for tests only. */
export const testAuthority = join(certificates, 'ca.pem');

/** TLS in front of a server that has none. */
export interface TlsFront {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  close(): Promise<void>;
}

/** Starts TLS on 127.0.0.1 in front of `host`, which is `127.0.0.1:PORT`. */
export async function startTls(host: string): Promise<TlsFront> {
  const [cert, key] = await Promise.all([read('server.pem'), read('server-key.pem')]);
  const sockets = new Set<Socket>();
  const server = createServer({ cert, key }, (outer) => {
    const inner = connect(Number(host.split(':')[1]), '127.0.0.1');
    const end = () => {
      outer.destroy();
      inner.destroy();
    };
    for (const socket of [outer, inner]) {
      sockets.add(socket);
      socket.on('error', end).once('close', () => sockets.delete(socket));
    }
    outer.pipe(inner).pipe(outer);
  });
  server.on('tlsClientError', () => {}); // A client that does not trust it goes away.
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) {
        socket.destroy();
      }
      await closed;
    },
  };
}

function read(name: string): Promise<string> {
  return readFile(join(certificates, name), 'utf8');
}

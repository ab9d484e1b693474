import { NodeHttpHandler } from '@smithy/node-http-handler';
import { silent } from './quiet-sdk.ts';

/** Connections to one host that may be open at a time; further requests wait for one of them. */
const maxConnections = 64;
/** Milliseconds until a connection stands. */
const connectionTimeout = 5_000;
/** Milliseconds without a byte in either direction; the whole call is timed by a layer around the driver. */
const socketTimeout = 600_000; // A bucket may take minutes to put parts together; the timeout layer watches over everything shorter.

/** Sends requests over connections that are kept alive between them. `destroy` closes them. */
export function createHandler(): NodeHttpHandler {
  const agent = { keepAlive: true, maxSockets: maxConnections };
  return new PlainErrorsHandler({
    connectionTimeout,
    socketTimeout,
    httpAgent: agent,
    httpsAgent: agent,
    logger: silent,
  });
}

/**
 * Hands failures of the network on as errors made here: the SDK wraps what is no `Error` of its own realm, and with it the
 * code by which a failure is told.
 */
class PlainErrorsHandler extends NodeHttpHandler {
  override async handle(...call: Parameters<NodeHttpHandler['handle']>): ReturnType<NodeHttpHandler['handle']> {
    try {
      return await super.handle(...call);
    } catch (error) {
      const { name = 'Error', message = '', code } = error as Partial<NodeJS.ErrnoException>;
      throw Object.assign(new Error(message), { name, ...(code === undefined ? {} : { code }) });
    }
  }
}

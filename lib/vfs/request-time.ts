import type { ClientRequest } from 'node:http';

/** Milliseconds until a connection stands. */
const connectMs = 5_000;
/** Milliseconds without a byte in either direction; the whole call is timed by a layer around the driver. */
const silenceMs = 600_000;

/** The code of a failure before a connection stood, so that nothing was sent. */
export const notConnected = 'NOT_CONNECTED';

/** Ends a request whose connection does not come about in time, with the code `notConnected`, or on which nothing moves any more. */
export function limitTime(request: ClientRequest): void {
  request.setTimeout(silenceMs, () => request.destroy(failureOf('ETIMEDOUT', `no byte within ${silenceMs} ms`)));
  request.once('socket', (socket) => {
    if (!socket.connecting) {
      return;
    }
    const late = () => request.destroy(failureOf(notConnected, `no connection within ${connectMs} ms`));
    const timer = setTimeout(late, connectMs);
    const clear = () => clearTimeout(timer);
    socket.once('encrypted' in socket ? 'secureConnect' : 'connect', clear);
    request.once('close', clear);
  });
}

function failureOf(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

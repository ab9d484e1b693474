import { Readable } from 'node:stream';
import { VfsError } from '../errors.ts';
import type { ObjectBody } from '../types.ts';
import { type Attempt, abortedError } from './errors.ts';

/**
 * The bytes of an answer. A connection that breaks rejects with `Unavailable`, though the SDK speaks of an abort then;
 * `cancel` closes it, for the rest will never be read.
 */
export function responseBody(stream: unknown, attempt: Attempt, signal: AbortSignal): ObjectBody {
  const { operation, target } = attempt;
  if (!(stream instanceof Readable)) {
    throw new VfsError({ code: 'Unknown', operation, target, reason: 'the store answered without a body' });
  }
  async function* bytes(body: Readable): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* body;
    } catch {
      const reason = 'the connection broke before the body was whole';
      throw signal.aborted ? abortedError(attempt) : new VfsError({ code: 'Unavailable', operation, target, reason });
    }
  }
  return {
    [Symbol.asyncIterator]: () => bytes(stream),
    cancel: async () => void stream.destroy(),
  };
}

import { Readable } from 'node:stream';
import { VfsError } from '../errors.ts';
import type { ObjectBody } from '../types.ts';
import { type Attempt, toVfsError } from './errors.ts';

/** The bytes of an answer. A connection that breaks rejects with `VfsError`; `cancel` closes it, for the rest will never be read. */
export function responseBody(stream: unknown, attempt: Attempt, signal: AbortSignal): ObjectBody {
  if (!(stream instanceof Readable)) {
    const { operation, target } = attempt;
    throw new VfsError({ code: 'Unknown', operation, target, reason: 'the store answered without a body' });
  }
  async function* bytes(body: Readable): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* body;
    } catch (error) {
      throw signal.aborted ? toVfsError({ name: 'AbortError' }, attempt) : toVfsError(error, attempt);
    }
  }
  return {
    [Symbol.asyncIterator]: () => bytes(stream),
    cancel: async () => void stream.destroy(),
  };
}

import type { ObjectBody } from '../types.ts';
import { type Attempt, toVfsError } from './errors.ts';
import type { HttpAnswer } from './http.ts';

/** The bytes of an answer. A connection that breaks rejects with `VfsError`; `cancel` closes it, for the rest will never be read. */
export function responseBody(answer: HttpAnswer, attempt: Attempt, signal: AbortSignal): ObjectBody {
  async function* bytes(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* answer.body as AsyncIterable<Uint8Array>;
    } catch (error) {
      throw toVfsError(signal.aborted ? { name: 'AbortError' } : error, attempt);
    } finally {
      answer.release();
    }
  }
  return { [Symbol.asyncIterator]: bytes, cancel: async () => answer.release() };
}

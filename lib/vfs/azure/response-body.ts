import { Readable } from 'node:stream';
import { answerBody } from '../answer-body.ts';
import { VfsError } from '../errors.ts';
import { givenUp } from '../known-failure.ts';
import type { ObjectBody } from '../types.ts';
import type { Attempt } from './errors.ts';

/**
 * The bytes of an answer. A connection that breaks rejects with `Unavailable`, though the SDK speaks of an abort then. Throws `Unknown` where there
 * is no body.
 */
export function responseBody(stream: unknown, attempt: Attempt, signal: AbortSignal): ObjectBody {
  const { operation, target } = attempt;
  if (!(stream instanceof Readable)) {
    throw new VfsError({ code: 'Unknown', operation, target, reason: 'the store answered without a body' });
  }
  const reason = 'the connection broke before the body was whole';
  return answerBody(stream, () =>
    signal.aborted ? givenUp(attempt) : new VfsError({ code: 'Unavailable', operation, target, reason }),
  );
}

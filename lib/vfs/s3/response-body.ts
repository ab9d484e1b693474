import { Readable } from 'node:stream';
import { answerBody } from '../answer-body.ts';
import { VfsError } from '../errors.ts';
import { givenUp } from '../known-failure.ts';
import type { ObjectBody } from '../types.ts';
import { type Attempt, toVfsError } from './errors.ts';

/** The bytes of an answer. A connection that breaks rejects with `VfsError`. Throws `Unknown` where there is no body. */
export function responseBody(stream: unknown, attempt: Attempt, signal: AbortSignal): ObjectBody {
  if (!(stream instanceof Readable)) {
    const { operation, target } = attempt;
    throw new VfsError({ code: 'Unknown', operation, target, reason: 'the store answered without a body' });
  }
  return answerBody(stream, (error) => (signal.aborted ? givenUp(attempt) : toVfsError(error, attempt)));
}

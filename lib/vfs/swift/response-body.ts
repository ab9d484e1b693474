import { answerBody } from '../answer-body.ts';
import type { ObjectBody } from '../types.ts';
import { type Attempt, failureOf } from './errors.ts';
import type { HttpAnswer } from './http.ts';

/** The bytes of an answer. A connection that breaks rejects with `VfsError`. */
export function responseBody(answer: HttpAnswer, attempt: Attempt, signal: AbortSignal): ObjectBody {
  return answerBody(
    answer.body,
    (error) => failureOf(error, attempt, signal),
    () => answer.release(),
  );
}

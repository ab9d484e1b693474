import { collect } from '../body.ts';
import { VfsError } from '../errors.ts';
import { type Attempt, senseless } from './errors.ts';
import type { HttpAnswer } from './http.ts';
import { responseBody } from './response-body.ts';

/** Bytes of a page of a listing or of a manifest: a thousand lines of at most some kilobytes. */
const maxBytes = 16 * 1024 ** 2;

/** Reads a JSON array to its end. Rejects with `Unknown` for anything else: a proxy's page must never pass for an empty listing. */
export async function finishJson<T>(answer: HttpAnswer, attempt: Attempt, signal: AbortSignal): Promise<readonly T[]> {
  const bytes = await collect(responseBody(answer, attempt, signal), maxBytes);
  const { operation, target } = attempt;
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString());
    if (Array.isArray(value)) {
      return value as T[];
    }
  } catch (cause) {
    throw new VfsError({ code: 'Unknown', operation, target, reason: 'the answer is no JSON', cause });
  }
  throw senseless(attempt, 'the answer is no list');
}

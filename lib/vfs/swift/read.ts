import { verifiedBody } from '../body.ts';
import { rangeHeader, wholeSize } from '../byte-range.ts';
import type { ByteRange, ObjectKey, ObjectStat, ReadOptions, ReadResult } from '../types.ts';
import type { SwiftConnection } from './connection.ts';
import { type Attempt, senseless } from './errors.ts';
import { finish, type HttpAnswer } from './http.ts';
import { entityTag, objectStat } from './object-fields.ts';
import { responseBody } from './response-body.ts';

/** Asks all of an object's servers, and not any of them: one that was away may have an older content. */
export const newest = { 'x-newest': 'true' } as const;

/** HEAD of an object. */
export async function statObject(
  connection: SwiftConnection,
  key: ObjectKey,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<ObjectStat> {
  const answer = await connection.tell({ method: 'HEAD', name: key, headers: newest }, attempt, signal);
  return objectStat(key, lengthOf(answer, attempt), answer.headers, connection.believed, attempt);
}

/** GET of an object, or of a range of it; undefined when it still has the revision `unless`. */
export async function readObject(
  connection: SwiftConnection,
  key: ObjectKey,
  { range, ifMatch, unless, signal }: ReadOptions,
): Promise<ReadResult | undefined> {
  const attempt = connection.attempt('read', key, ifMatch === undefined ? 'none' : 'if-match');
  const headers = {
    ...newest,
    ...(ifMatch && { 'if-match': entityTag(ifMatch) }),
    ...(unless && { 'if-none-match': entityTag(unless) }),
    ...(range && { range: rangeHeader(range) }),
  };
  const answer = await connection.send({ method: 'GET', name: key, headers, alsoGood: [304] }, attempt, signal);
  if (answer.status === 304) {
    await finish(answer);
    return undefined;
  }
  return opened(connection, key, range, answer, attempt, signal);
}

async function opened(
  connection: SwiftConnection,
  key: ObjectKey,
  range: ByteRange | undefined,
  answer: HttpAnswer,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<ReadResult> {
  const raw = responseBody(answer, attempt, signal);
  try {
    const size =
      range === undefined ? lengthOf(answer, attempt) : wholeSize(range, answer.headers['content-range'], attempt);
    const stat = objectStat(key, size, answer.headers, connection.believed, attempt);
    const { operation, target } = attempt;
    const expected = { operation, target, size: range?.length ?? size, checksums: range ? {} : stat.checksums };
    return { stat, body: (await verifiedBody(raw, expected)).body };
  } catch (error) {
    await raw.cancel();
    throw error;
  }
}

function lengthOf({ headers }: HttpAnswer, attempt: Attempt): number {
  const length = headers['content-length'];
  if (length === undefined) {
    throw senseless(
      attempt,
      'Swift answered without the length of the content, as for a dynamic large object of too many segments',
    );
  }
  return Number(length);
}

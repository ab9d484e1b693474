import { refuseOtherAnswer } from '../answered-digests.ts';
import type { BodySource, ChecksumAlgorithm, ChecksumSet } from '../types.ts';
import type { SwiftConnection, SwiftRequest } from './connection.ts';
import { type Attempt, toVfsError } from './errors.ts';
import type { HttpAnswer } from './http.ts';
import { type Tagged, taggedBy } from './object-fields.ts';
import { type Outgoing, outgoing } from './request-body.ts';

/**
 * Sends a source as the body of a PUT of a plain object, and holds Swift's MD5 of what it took against what was sent.
 *
 * Swift is told the MD5 where it is known before, and then refuses other bytes itself. Rejects with the source's own error when the source fails; the request is
 * then cut off. A `ChecksumMismatch` found in the answer says that Swift keeps the wrong bytes.
 */
export async function sendBody(
  connection: SwiftConnection,
  source: BodySource,
  request: Pick<SwiftRequest, 'name' | 'headers'>,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<Tagged> {
  let body: Outgoing | undefined;
  const open = async () => {
    await body?.cancel(); // A request before this one was answered before it was whole.
    body = await outgoing(source, attempt, signal);
    return body.bytes;
  };
  const md5 = source.checksums.md5;
  const headers = {
    ...request.headers,
    'content-length': `${source.size}`,
    ...(md5 === undefined ? {} : { etag: md5 }),
  };
  try {
    const put = { ...request, method: 'PUT', headers, body: open, absent: 'container' } as const;
    const answer = await connection.tell(put, attempt, signal);
    return taken(answer, body?.digests() ?? {}, connection.believed, attempt);
  } catch (error) {
    throw body?.failure() ?? toVfsError(error, attempt);
  } finally {
    await body?.cancel();
  }
}

/** What Swift says of a plain object that it took. */
export function taken(
  answer: HttpAnswer,
  sent: ChecksumSet,
  believed: readonly ChecksumAlgorithm[],
  attempt: Attempt,
): Tagged {
  const tagged = taggedBy(answer.headers, believed, attempt);
  refuseOtherAnswer(tagged.checksums, sent, attempt);
  return tagged;
}

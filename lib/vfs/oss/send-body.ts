import { refuseOtherAnswer } from '../answered-digests.ts';
import { conflictOf } from '../checksums.ts';
import { beforeSending } from '../errors.ts';
import type { BodySource, ChecksumSet } from '../types.ts';
import type { Answer } from './answer.ts';
import type { OssConnection } from './connection.ts';
import { decisive, digestsOfBytes } from './digests.ts';
import { type Attempt, failureError, unexpected } from './errors.ts';
import type { OssRequest } from './exchange.ts';
import { outgoing } from './request-body.ts';

/**
 * Sends a source as the body of a request and holds the answer's digests against what was sent.
 *
 * Rejects with the source's own error when the source fails; the request is then cut off. A `ChecksumMismatch` found in the answer
 * says that the store may keep the wrong bytes.
 */
export async function sendBody(
  connection: OssConnection,
  source: BodySource,
  request: OssRequest,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<{ readonly answer: Answer; readonly checksums: ChecksumSet }> {
  const body = await outgoing(source, attempt, signal);
  try {
    const headers = { ...request.headers, ...body.headers };
    const answer = await connection.ask({ ...request, headers, ...body.payload }, attempt, signal);
    const sent = body.digests();
    if (sent === undefined) {
      throw unexpected(attempt, 'the store answered before it had the whole body');
    }
    const answered = digestsOfBytes((name) => answer.header(name), connection.settings.capabilities.statChecksums);
    refuseOtherAnswer(decisive(answered), sent, attempt);
    return { answer, checksums: withoutConflict(answered, sent) };
  } catch (error) {
    const failure = body.failure();
    throw failure === undefined || signal.aborted ? error : beforeSending(failureError(failure, attempt, signal));
  } finally {
    await body.cancel();
  }
}

/** An ETag that turns out to be no MD5 is not told as one. */
function withoutConflict({ md5, ...others }: ChecksumSet, sent: ChecksumSet): ChecksumSet {
  return md5 === undefined || conflictOf({ md5 }, sent) !== undefined ? others : { ...others, md5 };
}

import { answerBody } from '../answer-body.ts';
import { verifiedBody } from '../body.ts';
import { rangeHeader, requireInside } from '../byte-range.ts';
import { entityTag } from '../entity-tag.ts';
import type { ByteRange, ObjectKey, ObjectStat, ReadOptions, ReadResult, VersionId } from '../types.ts';
import type { Answer } from './answer.ts';
import type { OssConnection } from './connection.ts';
import { decisive } from './digests.ts';
import { type Attempt, failureError, Unchanged, unexpected } from './errors.ts';
import { objectStat } from './object-fields.ts';

/** HEAD of an object. */
export async function statObject(
  connection: OssConnection,
  key: ObjectKey,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<ObjectStat> {
  const answer = await connection.ask({ method: 'HEAD', key }, attempt, signal);
  const { statChecksums } = connection.settings.capabilities;
  return objectStat(key, lengthOf(answer, attempt), answer, statChecksums, attempt);
}

/** GET of an object, a range of it, or one of its versions; undefined when it still has the revision `unless`. */
export async function readObject(
  connection: OssConnection,
  key: ObjectKey,
  { range, ifMatch, unless, signal }: ReadOptions,
  attempt: Attempt,
  version?: VersionId,
): Promise<ReadResult | undefined> {
  const headers = {
    ...(ifMatch && { 'If-Match': entityTag(ifMatch) }),
    ...(unless && { 'If-None-Match': entityTag(unless) }),
    ...(range && rangeHeaders(range)),
  };
  const query = version && { query: { versionId: version } };
  try {
    const answer = await connection.send({ method: 'GET', key, headers, ...query }, attempt, signal);
    return await opened(connection, key, range, answer, attempt, signal);
  } catch (error) {
    if (error instanceof Unchanged) {
      return undefined;
    }
    throw error;
  }
}

/** Without the second header OSS answers a range that leaves the object with the whole object (GetObject). */
function rangeHeaders(range: ByteRange) {
  return { Range: rangeHeader(range), 'x-oss-range-behavior': 'standard' };
}

async function opened(
  connection: OssConnection,
  key: ObjectKey,
  range: ByteRange | undefined,
  answer: Answer,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<ReadResult> {
  try {
    const size = range === undefined ? lengthOf(answer, attempt) : totalOf(range, answer, attempt);
    const stat = objectStat(key, size, answer, connection.settings.capabilities.statChecksums, attempt);
    const { operation, target } = attempt;
    const checksums = range === undefined ? decisive(stat.checksums) : {};
    const expected = { operation, target, size: range?.length ?? size, checksums };
    const failure = (error: unknown) => failureError(error, attempt, signal);
    const raw = answerBody(answer.message, failure, () => answer.cut());
    return { stat, body: (await verifiedBody(raw, expected)).body };
  } catch (error) {
    answer.cut();
    throw error;
  }
}

/** Size of the whole object, from the answer to a range. Throws unless the range came whole: OSS cuts one that reaches beyond the end. */
function totalOf(range: ByteRange, answer: Answer, attempt: Attempt): number {
  const contentRange = answer.header('content-range') ?? '';
  const [, first, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(contentRange) ?? [];
  requireInside(range, Number(total ?? answer.header('content-length')), attempt.target);
  if (Number(first) !== range.offset) {
    const got = contentRange === '' ? 'the whole' : contentRange;
    throw unexpected(attempt, `bytes from ${range.offset} on were asked for, and the store answered with ${got}`);
  }
  return Number(total);
}

function lengthOf(answer: Answer, attempt: Attempt): number {
  const length = answer.header('content-length');
  if (length === undefined || !/^\d+$/.test(length)) {
    throw unexpected(attempt, 'the store answered without the length of the content');
  }
  return Number(length);
}

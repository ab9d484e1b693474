import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-s3';
import { refuseOtherAnswer } from '../answered-digests.ts';
import type { BodySource, ChecksumSet } from '../types.ts';
import { type AnsweredDigests, type AnsweredEncryption, answeredForBytes } from './answered-checksums.ts';
import type { S3Command, S3Connection } from './connection.ts';
import { type Attempt, toVfsError } from './errors.ts';
import { withHeader } from './middleware.ts';
import { notSent, outgoing, type RequestBody } from './request-body.ts';

/**
 * Sends a source as the body of a command and holds the answer's digests against what was sent.
 *
 * Rejects with the source's own error when the source fails; the request is then cut off. A `ChecksumMismatch` found in the answer
 * says that the store may keep the wrong bytes.
 */
export async function sendBody<
  Input extends ServiceInputTypes,
  Output extends ServiceOutputTypes & AnsweredDigests & AnsweredEncryption,
>(
  connection: S3Connection,
  source: BodySource,
  commandOf: (body: RequestBody) => S3Command<Input, Output>,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<{ readonly answer: Output; readonly checksums: ChecksumSet }> {
  const { amazon, capabilities } = connection.settings;
  const body = await outgoing(source, amazon, attempt, signal);
  const cut = new AbortController();
  try {
    const command = withHeader(commandOf(body.fields), 'x-amz-content-sha256', body.sha256);
    const answer = await connection.send(command, attempt, AbortSignal.any([signal, body.failed, cut.signal]));
    const checksums = answeredForBytes(answer, capabilities.statChecksums);
    refuseOtherAnswer(checksums, body.digests(), attempt);
    return { answer, checksums };
  } catch (error) {
    cut.abort(); // An answer that came before the whole body leaves a connection that is of no further use.
    throw body.failed.aborted ? notSent(body.failed.reason, attempt) : toVfsError(error, attempt);
  } finally {
    await body.cancel();
  }
}

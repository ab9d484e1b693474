import { Readable } from 'node:stream';
import { base64Of } from '../answered-digests.ts';
import { beforeSending, VfsError } from '../errors.ts';
import type { BodySource } from '../types.ts';
import { documentOf, type GcsConnection, type GcsRequest } from './connection.ts';
import { textOf } from './connections.ts';
import type { Attempt } from './errors.ts';
import type { NewObject, Uploaded } from './new-object.ts';
import { type ObjectResource, objectFields } from './object-resource.ts';
import { beforeWriting, openSource } from './source-body.ts';
import { SplitBody } from './split-body.ts';

/** All but the last request of a resumable upload carry a multiple of this many bytes ("Resumable uploads"). */
const granule = 256 * 1024;
/** The store has the bytes and waits for more. */
const incomplete = 308;
/** How the store answers a cancelled upload: the client closed the request. */
const cancelled = 499;
/** Milliseconds for the end of an upload that failed, when the caller's own time may be over. */
const cancelMs = 2_000;

/**
 * Makes an object through a resumable upload ("Perform resumable uploads"), in memory that does not grow with it.
 *
 * Three requests: one begins, one carries all bytes but the last few, and the last one carries those, together with the digests of the whole, which are
 * known only then; so the store checks them before it makes the object. An upload that fails is cancelled, and never resumed: a retry
 * is that of a layer around the driver.
 */
export async function uploadInSteps(
  connection: GcsConnection,
  { resource, query }: NewObject,
  source: BodySource,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<Uploaded> {
  const session = await beforeWriting(attempt, signal, () => begin());
  try {
    return await uploadTo(session);
  } catch (error) {
    await cancel(connection, session, attempt);
    throw error;
  }

  async function begin(): Promise<string> {
    const request: GcsRequest = {
      method: 'POST',
      path: `/upload${connection.objects}`,
      query: { uploadType: 'resumable', fields: objectFields, ...query },
      headers: {
        'content-type': 'application/json; charset=UTF-8',
        'x-upload-content-type': resource.contentType ?? '',
        'x-upload-content-length': String(source.size),
      },
      body: JSON.stringify(resource),
    };
    const { headers, body } = await connection.send(request, attempt, signal);
    await textOf(body);
    return sessionIn(headers['location'], connection, attempt);
  }

  async function uploadTo(path: string): Promise<Uploaded> {
    const headSize = Math.floor((source.size - 1) / granule) * granule;
    const tail = await beforeWriting(attempt, signal, async () => {
      const { body, digests } = await openSource(source, attempt, signal);
      const split = new SplitBody(body, headSize);
      try {
        await sendHead(connection, path, split, source.size, attempt, signal);
        return { bytes: await split.tail(), digests: digests() };
      } finally {
        await body.cancel();
      }
    });
    const { crc32c = '', md5 = '' } = tail.digests;
    const answer = await connection.send(
      {
        method: 'PUT',
        path,
        headers: {
          'content-length': String(tail.bytes.byteLength),
          'content-range': `bytes ${headSize}-${source.size - 1}/${source.size}`,
          'x-goog-hash': `crc32c=${base64Of(crc32c)},md5=${base64Of(md5)}`,
        },
        body: Readable.from([tail.bytes], { objectMode: false }),
      },
      attempt,
      signal,
    );
    return { resource: await documentOf<ObjectResource>(answer, attempt), sent: tail.digests };
  }
}

/** Sends all bytes but those of the last request. */
async function sendHead(
  connection: GcsConnection,
  path: string,
  split: SplitBody,
  size: number,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<void> {
  const last = split.headSize - 1;
  const failure = new AbortController();
  const body = Readable.from(split.head(), { objectMode: false });
  body.once('error', (error) => failure.abort(error));
  try {
    const request: GcsRequest = {
      method: 'PUT',
      path,
      headers: { 'content-length': String(split.headSize), 'content-range': `bytes 0-${last}/${size}` },
      body,
      accepts: [incomplete],
    };
    const answer = await connection.send(request, attempt, AbortSignal.any([signal, failure.signal]));
    await textOf(answer.body);
    const { range = 'none' } = answer.headers;
    if (answer.status !== incomplete || range !== `bytes=0-${last}`) {
      const { operation, target } = attempt;
      const reason = `of the bytes 0 to ${last} of a resumable upload the store keeps ${range} (status ${answer.status})`;
      throw new VfsError({ code: 'Unavailable', operation, target, reason });
    }
  } catch (error) {
    throw failure.signal.aborted ? failure.signal.reason : error;
  } finally {
    body.destroy(); // An answer that came before the whole body leaves a connection that is of no further use.
  }
}

/** Throws away what the store has of an upload. An upload that was completed all the same stays. */
async function cancel(connection: GcsConnection, path: string, attempt: Attempt): Promise<void> {
  const request: GcsRequest = { method: 'DELETE', path, headers: { 'content-length': '0' }, accepts: [cancelled] };
  try {
    const { body } = await connection.send(request, attempt, AbortSignal.timeout(cancelMs));
    await textOf(body);
  } catch {
    // The failure that is thrown says more, and an upload that nobody goes on with ends by itself after a week.
  }
}

/** The address of an upload, at our own endpoint: the token does not go to another host. It is a secret. */
function sessionIn(location: string | undefined, { settings }: GcsConnection, { operation, target }: Attempt): string {
  if (location === undefined || !URL.canParse(location, settings.endpoint)) {
    const reason = 'the store answered without the address of a resumable upload';
    throw beforeSending(new VfsError({ code: 'Unknown', operation, target, reason }));
  }
  const { pathname, search } = new URL(location, settings.endpoint);
  return pathname + search;
}

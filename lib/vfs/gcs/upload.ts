import { refuseOtherAnswer } from '../answered-digests.ts';
import type { BodySource } from '../types.ts';
import type { GcsConnection } from './connection.ts';
import type { Attempt } from './errors.ts';
import type { NewObject } from './new-object.ts';
import { checksumsOf, type ObjectResource } from './object-resource.ts';
import { uploadInSteps } from './resumable-upload.ts';
import { uploadAtOnce } from './single-upload.ts';

/** Bytes that are read into memory, so that they are sent in one request. */
const maxAtOnce = 1024 ** 2;

/**
 * Makes an object of a source, or nothing. The store checks CRC-32C and MD5 before it makes the object, and its answer is held against them
 * once more.
 *
 * What is in memory or small goes in one request, because its digests are known before; a stream goes through a resumable upload.
 */
export async function upload(
  connection: GcsConnection,
  object: NewObject,
  source: BodySource,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<ObjectResource> {
  connection.pathOf(object.resource.name, attempt);
  const isSmall = source.bytes !== undefined || source.size <= maxAtOnce;
  const send = isSmall ? uploadAtOnce : uploadInSteps;
  const { resource, sent } = await send(connection, object, source, attempt, signal);
  refuseOtherAnswer(checksumsOf(resource), sent, attempt);
  return resource;
}

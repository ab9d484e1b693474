import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { collect, verifiedBytes } from '../body.ts';
import type { BodySource, ChecksumSet } from '../types.ts';
import type { GcsConnection } from './connection.ts';
import type { Attempt } from './errors.ts';
import type { NewObject, Uploaded } from './new-object.ts';
import { hashFields, type ObjectResource, objectFields } from './object-resource.ts';
import { beforeWriting, openSource } from './source-body.ts';

/** Makes an object in one request, of a document that describes it and of its bytes ("Upload objects", multipart upload). */
export async function uploadAtOnce(
  connection: GcsConnection,
  { resource, query }: NewObject,
  source: BodySource,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<Uploaded> {
  const { bytes, digests } = await beforeWriting(attempt, signal, () => bytesOf(source, attempt, signal));
  const boundary = randomUUID();
  const related = relatedParts(boundary, { ...resource, ...hashFields(digests) }, bytes);
  const body = Readable.from(related, { objectMode: false });
  try {
    const made = await connection.ask<ObjectResource>(
      {
        method: 'POST',
        path: `/upload${connection.objects}`,
        query: { uploadType: 'multipart', fields: objectFields, ...query },
        headers: {
          'content-type': `multipart/related; boundary=${boundary}`,
          'content-length': String(related.reduce((sum, part) => sum + part.byteLength, 0)),
        },
        body,
      },
      attempt,
      signal,
    );
    return { resource: made, sent: digests };
  } finally {
    body.destroy(); // An answer that came before the whole body leaves a connection that is of no further use.
  }
}

interface Bytes {
  readonly bytes: Uint8Array;
  readonly digests: ChecksumSet;
}

async function bytesOf(source: BodySource, attempt: Attempt, signal: AbortSignal): Promise<Bytes> {
  if (source.bytes === undefined) {
    const { body, digests } = await openSource(source, attempt, signal);
    return { bytes: await collect(body, source.size), digests: digests() };
  }
  const { operation, target } = attempt;
  const { bytes, size, checksums } = source;
  const digests = await verifiedBytes(bytes, { operation, target, size, checksums }, ['crc32c', 'md5']);
  return { bytes, digests };
}

function relatedParts(boundary: string, resource: ObjectResource, bytes: Uint8Array): readonly Buffer[] {
  const head = [
    `--${boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n${JSON.stringify(resource)}\r\n`,
    `--${boundary}\r\nContent-Type: ${resource.contentType}\r\n\r\n`,
  ];
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return [Buffer.from(head.join('')), content, Buffer.from(`\r\n--${boundary}--\r\n`)];
}

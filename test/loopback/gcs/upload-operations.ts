import { randomUUID } from 'node:crypto';
import { ApiError, invalid } from './api-error.ts';
import type { Bucket } from './bucket.ts';
import { type Answer, bucketOf, type Call, documentIn, type Operation, refusedAcl, type Session } from './call.ts';
import { attributesIn, part } from './object-operations.ts';

/** https://cloud.google.com/storage/docs/resumable-uploads#manual-chunking */
const granule = 256 * 1024;

/** https://cloud.google.com/storage/docs/json_api/v1/objects/insert */
export const insertObject: Operation = (call, body, state) => {
  const bucket = bucketOf(state, call);
  if (call.query['predefinedAcl'] !== undefined) {
    throw refusedAcl();
  }
  const { resource, content } = relatedParts(String(call.request.headers['content-type']), body);
  return made(call, bucket, resource, content, {});
};

/** A document and the content, of a type that the document may leave out: https://cloud.google.com/storage/docs/uploading-objects#uploading-an-object */
function relatedParts(type: string, body: Buffer) {
  const boundary = /^multipart\/related; *boundary="?([^"]+)"?$/.exec(type)?.[1];
  const text = body.toString('latin1');
  const edge = `--${boundary}`;
  const second = text.indexOf(`\r\n${edge}\r\n`, edge.length);
  const last = text.lastIndexOf(`\r\n${edge}--`);
  if (boundary === undefined || !text.startsWith(`${edge}\r\n`) || second < 0 || last <= second) {
    throw new ApiError(400, 'badContent', 'Bad content.');
  }
  const head = text.indexOf('\r\n\r\n') + 4;
  const media = text.indexOf('\r\n\r\n', second + 2) + 4;
  const [, contentType] = /content-type: *(.*)\r\n/i.exec(text.slice(second, media)) ?? [];
  const document = documentIn(body.subarray(head, second));
  return { resource: { ...(contentType && { contentType }), ...document }, content: body.subarray(media, last) };
}

/** Begins a resumable upload: https://cloud.google.com/storage/docs/performing-resumable-uploads#initiate-session */
export const beginUpload: Operation = (call, body, { buckets, sessions, endpoint, ...state }) => {
  const bucket = bucketOf({ buckets, sessions, endpoint, ...state }, call);
  const { headers } = call.request;
  const type = headers['x-upload-content-type'];
  const resource = { ...(type && { contentType: type }), ...documentIn(body) };
  const id = randomUUID();
  const size = Number(headers['x-upload-content-length'] ?? Number.NaN);
  sessions.set(id, { bucket, resource, query: call.query, size, received: Buffer.alloc(0) });
  const location = `${endpoint()}/upload/storage/v1/b/${bucket.name}/o?uploadType=resumable&upload_id=${id}`;
  return { status: 200, headers: { location } };
};

/** Takes bytes of a resumable upload: https://cloud.google.com/storage/docs/performing-resumable-uploads#chunked-upload */
export const continueUpload: Operation = (call, body, { sessions }) => {
  const id = call.query['upload_id'] ?? '';
  const session = sessions.get(id);
  if (session === undefined) {
    throw new ApiError(404, 'notFound', 'Not Found');
  }
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(call.request.headers['content-range'] ?? '') ?? [];
  if (first === undefined || Number(last) - Number(first) + 1 !== body.byteLength) {
    throw invalid('Failed to parse Content-Range header.');
  }
  if (!Number.isNaN(session.size) && Number(total) !== session.size) {
    throw invalid(`The total of the Content-Range is ${total}, and X-Upload-Content-Length was ${session.size}.`);
  }
  if (Number(first) !== session.received.byteLength) {
    throw new ApiError(503, 'backendError', 'Invalid request. There were bytes missing before this chunk.');
  }
  const isLast = Number(last) + 1 === Number(total);
  const kept = isLast ? body.byteLength : Math.floor(body.byteLength / granule) * granule;
  session.received = Buffer.concat([session.received, body.subarray(0, kept)]);
  return isLast ? finished(call, session, id, sessions) : incomplete(session);
};

function incomplete({ received: { byteLength } }: Session): Answer {
  return { status: 308, headers: byteLength === 0 ? {} : { range: `bytes=0-${byteLength - 1}` } };
}

function finished(call: Call, session: Session, id: string, sessions: Map<string, Session>): Answer {
  sessions.delete(id);
  const stated = new Map(
    String(call.request.headers['x-goog-hash'] ?? '')
      .split(',')
      .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  const hashes = { crc32c: stated.get('crc32c'), md5Hash: stated.get('md5') };
  return made({ ...call, query: session.query }, session.bucket, session.resource, session.received, hashes);
}

/** Ends a resumable upload: https://cloud.google.com/storage/docs/performing-resumable-uploads#cancel-upload */
export const cancelUpload: Operation = (call, _, { sessions }) => {
  sessions.delete(call.query['upload_id'] ?? '');
  return { status: 499 };
};

function made(
  call: Call,
  bucket: Bucket,
  resource: Readonly<Record<string, unknown>>,
  content: Buffer,
  hashes: { readonly crc32c?: string | undefined; readonly md5Hash?: string | undefined },
): Answer {
  const name = String(call.query['name'] ?? resource['name'] ?? '');
  bucket.require(name, call.query);
  const { crc32c, md5Hash } = resource as { crc32c?: string; md5Hash?: string };
  const vouched = { crc32c: hashes.crc32c ?? crc32c, md5Hash: hashes.md5Hash ?? md5Hash };
  const object = bucket.put({ name, content: Buffer.from(content), attributes: attributesIn(resource), ...vouched });
  return { status: 200, body: part(call, bucket.name, object) };
}

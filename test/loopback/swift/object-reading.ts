import { type Account, md5, type StoredObject } from './account.ts';
import { type Answer, Refused } from './answer.ts';

type Headers = Readonly<Record<string, string | undefined>>;

/**
 * `GET` and `HEAD` of an object, with conditions and a range ("Get object content and metadata",
 * https://docs.openstack.org/api-ref/object-store/).
 */
export function readObject(account: Account, object: StoredObject, asked: Headers, query: URLSearchParams): Answer {
  if (object.segments !== undefined && query.get('multipart-manifest') === 'get') {
    const headers = { ...describe(object), etag: md5(object.bytes), 'content-type': 'application/json; charset=utf-8' };
    return { status: 200, headers, body: object.bytes };
  }
  const headers = describe(object);
  if (asked['if-match'] !== undefined && !names(asked['if-match'], object)) {
    return { status: 412, headers: { etag: tagOf(object) } };
  }
  if (asked['if-none-match'] !== undefined && names(asked['if-none-match'], object)) {
    return { status: 304, headers };
  }
  const content = contentOf(account, object);
  const range = /^bytes=(\d+)-(\d+)$/.exec(asked['range'] ?? '');
  if (range === null) {
    return { status: 200, headers, body: content };
  }
  const [first, last] = [Number(range[1]), Math.min(Number(range[2]), content.byteLength - 1)];
  if (first >= content.byteLength) {
    return { status: 416, headers: { ...headers, 'content-range': `bytes */${content.byteLength}` } };
  }
  const part = { 'content-range': `bytes ${first}-${last}/${content.byteLength}` };
  return { status: 206, headers: { ...headers, ...part }, body: content.subarray(first, last + 1) };
}

/** What is under a key, or, of a large object, in its segments. Throws a 409 when one of them is gone, or is another. */
export function contentOf(account: Account, { bytes, segments }: StoredObject): Uint8Array {
  if (segments === undefined) {
    return bytes;
  }
  return Buffer.concat(
    segments.map(({ path, etag, size }) => {
      const segment = account.at(path);
      if (segment === undefined || segment.etag !== etag || segment.bytes.byteLength !== size) {
        throw new Refused(409, 'There was a conflict when trying to complete your request.');
      }
      return segment.bytes;
    }),
  );
}

/** Of a plain object without quotes, of a large one with them. */
export function tagOf({ etag, segments }: StoredObject): string {
  return segments === undefined ? etag : `"${etag}"`;
}

function describe(object: StoredObject): Readonly<Record<string, string>> {
  return {
    ...object.headers,
    etag: tagOf(object),
    'x-timestamp': (object.time / 1000).toFixed(5),
    // Rounded up.
    'last-modified': new Date(Math.ceil(object.time / 1000) * 1000).toUTCString(),
    'accept-ranges': 'bytes',
  };
}

function names(condition: string, { etag }: StoredObject): boolean {
  return condition === '*' || condition.split(',').some((one) => one.trim().replace(/^"(.*)"$/, '$1') === etag);
}

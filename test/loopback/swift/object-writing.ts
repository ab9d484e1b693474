import { type Account, md5, type Segment, type StoredObject } from './account.ts';
import { type Answer, Refused } from './answer.ts';
import { contentOf, readObject, tagOf } from './object-reading.ts';

type Headers = Readonly<Record<string, string | undefined>>;

/** What an object server keeps beside `X-Object-Meta-*` (`allowed_headers` of its configuration). */
const keptHeaders = ['content-type', 'content-encoding', 'content-disposition', 'content-language', 'cache-control'];

/** Where something is written. */
export interface Place {
  readonly container: string;
  readonly name: string;
}

/**
 * What is refused before the body is read: a bad name, a key that is taken, metadata beyond the limits, a body that is too large
 * ("Create or replace object", https://docs.openstack.org/api-ref/object-store/; limits: https://docs.openstack.org/swift/latest/api/object_api_v1_overview.html).
 */
export function requireWritable(account: Account, { container, name }: Place, asked: Headers): void {
  const objects = account.objects(container);
  if (Buffer.byteLength(name) > 1024) {
    throw new Refused(400, 'Object name length of more than 1024');
  }
  const condition = asked['if-none-match'];
  if (condition !== undefined && condition !== '*') {
    throw new Refused(400, 'If-None-Match only supports *');
  }
  if (condition === '*' && objects.has(name) && asked['x-copy-from'] === undefined) {
    throw new Refused(412);
  }
  if (asked['content-length'] === undefined && asked['transfer-encoding'] === undefined) {
    throw new Refused(411, 'Missing Content-Length header.');
  }
  if (Number(asked['content-length'] ?? 0) > account.limits.maxFileSize) {
    throw new Refused(413, 'Your request is too large.');
  }
  requireMetadata(Object.entries(metadataOf(asked)));
}

/** `PUT` of a plain object. */
export function putObject(account: Account, { container, name }: Place, asked: Headers, bytes: Uint8Array): Answer {
  const etag = md5(bytes);
  const wanted = asked['etag']?.replace(/^"(.*)"$/, '$1').toLowerCase();
  if (wanted !== undefined && wanted !== etag) {
    throw new Refused(422, 'Unable to process the contained instructions');
  }
  return created(account.put(container, name, { bytes, etag, headers: keptOf(asked) }));
}

/**
 * `PUT` with `X-Copy-From` ("Copy object"). Conditions and a range are those of the source, which is read as the newest.
 */
export function copyObject(account: Account, place: Place, asked: Headers): Answer {
  const path = decodeURIComponent(asked['x-copy-from'] ?? '');
  const source = account.at(path.startsWith('/') ? path : `/${path}`);
  if (source === undefined) {
    throw new Refused(404, 'The resource could not be found.');
  }
  const read = readObject(account, source, asked, new URLSearchParams());
  if (read.status >= 300) {
    return read;
  }
  if (Buffer.byteLength(read.body ?? '') > account.limits.maxFileSize) {
    throw new Refused(413, 'Your request is too large.');
  }
  const own = keptOf(asked);
  const isFresh = asked['x-fresh-metadata'] === 'true';
  const headers = {
    ...(isFresh ? {} : source.headers),
    'content-type': source.headers['content-type'] ?? '',
    ...given(own, asked),
  };
  const bytes = Buffer.from(read.body ?? '');
  return created(
    account.put(place.container, place.name, { bytes, etag: md5(bytes), headers: withoutManifest(headers) }),
  );
}

/**
 * `PUT ?multipart-manifest=put` ("Static large objects", https://docs.openstack.org/swift/latest/overview_large_objects.html). Every segment is looked
 * at.
 */
export function putManifest(account: Account, { container, name }: Place, asked: Headers, bytes: Uint8Array): Answer {
  const segments = segmentsIn(bytes);
  if (segments.length > account.limits.maxSegments) {
    throw new Refused(413, `Number of segments must be <= ${account.limits.maxSegments}`);
  }
  const errors = segments.flatMap((segment) => problemOf(account, segment));
  if (errors.length > 0) {
    throw new Refused(400, `Errors:\n${errors.join('\n')}\n`);
  }
  const etag = md5(segments.map((segment) => segment.etag).join(''));
  const manifest = Buffer.from(
    JSON.stringify(segments.map(({ path, size, etag: hash }) => ({ name: path, bytes: size, hash }))),
  );
  const headers = { ...keptOf(asked), 'x-static-large-object': 'True', 'x-manifest-etag': md5(manifest) };
  return created(account.put(container, name, { bytes: manifest, etag, headers, segments }));
}

function segmentsIn(bytes: Uint8Array): readonly Segment[] {
  try {
    const lines = JSON.parse(Buffer.from(bytes).toString()) as { path: string; etag: string; size_bytes: number }[];
    return lines.map(({ path, etag, size_bytes: size }) => ({ path, etag, size }));
  } catch {
    throw new Refused(400, 'Manifest must be valid JSON.');
  }
}

function problemOf(account: Account, { path, etag, size }: Segment): readonly string[] {
  const found = account.at(path);
  if (found === undefined) {
    return [`${path}, 404 Not Found`];
  }
  const length = contentOf(account, found).byteLength;
  return [
    ...(size === length && size > 0 ? [] : [`${path}, Size Mismatch`]),
    ...(found.etag === etag ? [] : [`${path}, Etag Mismatch`]),
  ];
}

function created(object: StoredObject): Answer {
  return {
    status: 201,
    headers: {
      'content-type': 'text/html; charset=UTF-8',
      etag: tagOf(object),
      'last-modified': new Date(Math.ceil(object.time / 1000) * 1000).toUTCString(),
    },
  };
}

function keptOf(asked: Headers): Record<string, string> {
  const kept = keptHeaders.flatMap((name) => (asked[name] ? [[name, asked[name]] as const] : []));
  return { 'content-type': 'application/octet-stream', ...Object.fromEntries(kept), ...metadataOf(asked) };
}

/** What a copy was told itself, and not what stands in for it. */
function given(own: Record<string, string>, asked: Headers): Record<string, string> {
  return Object.fromEntries(Object.entries(own).filter(([name]) => name !== 'content-type' || asked['content-type']));
}

function withoutManifest(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name !== 'x-static-large-object' && name !== 'x-manifest-etag'),
  );
}

/** Names travel through WSGI, which knows no difference between `_` and `-`. An empty value is none. */
function metadataOf(asked: Headers): Record<string, string> {
  const found = Object.entries(asked).flatMap(([name, value]) =>
    name.startsWith('x-object-meta-') && value ? [[name.replaceAll('_', '-'), value] as const] : [],
  );
  return Object.fromEntries(found);
}

function requireMetadata(metadata: readonly (readonly [string, string])[]): void {
  let together = 0;
  for (const [header, value] of metadata) {
    const name = header.slice('x-object-meta-'.length);
    together += name.length + value.length;
    if (name.length > 128 || value.length > 256) {
      throw new Refused(
        400,
        `Metadata ${name.length > 128 ? 'name' : 'value'} longer than ${name.length > 128 ? 128 : 256}`,
      );
    }
  }
  if (metadata.length > 90 || together > 4096) {
    throw new Refused(400, metadata.length > 90 ? 'Too many metadata items' : 'Total metadata too large');
  }
}

import { gunzipSync } from 'node:zlib';
import { ApiError, invalid } from './api-error.ts';
import { type Answer, bucketOf, type Call, documentIn, type Operation } from './call.ts';
import { partOf } from './partial-response.ts';
import { type Attributes, hashesOf, resourceOf, type StoredObject } from './stored-object.ts';

/** https://cloud.google.com/storage/docs/json_api/v1/objects/get */
export const getObject: Operation = (call, _, state) => {
  const bucket = bucketOf(state, call);
  const { generation, ifGenerationMatch, ifGenerationNotMatch, alt } = call.query;
  const [, name = ''] = call.names;
  const object = bucket.find(name, generation);
  bucket.require(name, { ifGenerationMatch });
  if (ifGenerationNotMatch === object.generation) {
    return { status: 304 };
  }
  return alt === 'media' ? media(call, object) : { status: 200, body: part(call, bucket.name, object) };
};

/**
 * Content is served as it is stored to whoever accepts its encoding, and decompressed to whoever does not:
 * https://cloud.google.com/storage/docs/transcoding
 */
function media({ request }: Call, { content, attributes, generation }: StoredObject): Answer {
  const { contentEncoding, contentType = 'application/octet-stream' } = attributes;
  const transcoded = contentEncoding === 'gzip' && !String(request.headers['accept-encoding'] ?? '').includes('gzip');
  const { crc32c, md5Hash } = hashesOf(content);
  const headers = {
    'content-type': contentType,
    'x-goog-generation': generation,
    'x-goog-hash': `crc32c=${crc32c},md5=${md5Hash}`,
    'x-goog-stored-content-length': String(content.byteLength),
    'x-goog-stored-content-encoding': contentEncoding ?? 'identity',
    ...(contentEncoding && !transcoded && { 'content-encoding': contentEncoding }),
  };
  if (transcoded) {
    return { status: 200, headers, body: gunzipSync(content) };
  }
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  if (first === undefined) {
    return { status: 200, headers, body: content };
  }
  if (Number(first) >= content.byteLength) {
    throw new ApiError(416, 'requestedRangeNotSatisfiable', 'Request range not satisfiable');
  }
  const end = Math.min(Number(last), content.byteLength - 1);
  const range = { 'content-range': `bytes ${first}-${end}/${content.byteLength}` };
  return { status: 206, headers: { ...headers, ...range }, body: content.subarray(Number(first), end + 1) };
}

/** https://cloud.google.com/storage/docs/json_api/v1/objects/delete */
export const deleteObject: Operation = (call, _, state) => {
  const bucket = bucketOf(state, call);
  const { generation, ifGenerationMatch } = call.query;
  const [, name = ''] = call.names;
  bucket.find(name, generation);
  bucket.require(name, { ifGenerationMatch });
  bucket.remove(name, generation);
  return { status: 204 };
};

/** https://cloud.google.com/storage/docs/json_api/v1/objects/compose */
export const composeObject: Operation = (call, body, state) => {
  const bucket = bucketOf(state, call);
  const [, name = ''] = call.names;
  const { destination = {}, sourceObjects = [] } = documentIn(body) as {
    destination?: Attributes;
    sourceObjects?: readonly {
      name: string;
      generation?: string;
      objectPreconditions?: { ifGenerationMatch?: string };
    }[];
  };
  if (sourceObjects.length === 0 || sourceObjects.length > 32) {
    throw invalid(`The number of source components provided (${sourceObjects.length}) must be between 1 and 32.`);
  }
  bucket.require(name, call.query);
  const sources = sourceObjects.map(({ name: source, generation, objectPreconditions = {} }) => {
    bucket.require(source, objectPreconditions);
    return bucket.find(source, generation);
  });
  const content = Buffer.concat(sources.map((source) => source.content));
  const componentCount = sources.reduce((sum, source) => sum + (source.componentCount ?? 1), 0);
  const object = bucket.put({ name, content, attributes: attributesIn(destination), componentCount });
  return { status: 200, body: part(call, bucket.name, object) };
};

/** https://cloud.google.com/storage/docs/json_api/v1/objects/rewrite: an empty document leaves what the source has. */
export const rewriteObject: Operation = (call, body, state) => {
  const [, from = '', , to = ''] = call.names;
  const source = bucketOf(state, call);
  const destination = bucketOf(state, call, 2);
  const { sourceGeneration, ifSourceGenerationMatch, rewriteToken, ifGenerationMatch } = call.query;
  const object = source.find(from, sourceGeneration);
  source.require(from, { ifGenerationMatch: ifSourceGenerationMatch });
  destination.require(to, { ifGenerationMatch });
  const before = rewriteToken === undefined ? 0 : Number(Buffer.from(rewriteToken, 'base64url').toString());
  const rewritten = before + state.limits.rewriteBytes;
  const { byteLength } = object.content;
  const progress = { kind: 'storage#rewriteResponse', objectSize: String(byteLength) };
  if (rewritten < byteLength) {
    const token = Buffer.from(String(rewritten)).toString('base64url');
    const document = { ...progress, totalBytesRewritten: String(rewritten), done: false, rewriteToken: token };
    return { status: 200, body: partOf(document, call.query['fields']) as object };
  }
  const given = body.byteLength === 0 ? {} : documentIn(body);
  const attributes = Object.keys(given).length === 0 ? object.attributes : attributesIn(given);
  const { componentCount } = object;
  const made = destination.put({
    name: to,
    content: object.content,
    attributes,
    ...(componentCount && { componentCount }),
  });
  const resource = resourceOf(destination.name, made);
  const document = { ...progress, totalBytesRewritten: String(byteLength), done: true, resource };
  return { status: 200, body: partOf(document, call.query['fields']) as object };
};

/** https://cloud.google.com/storage/docs/json_api/v1/buckets/get */
export const getBucket: Operation = (call, _, state) => {
  const { name, versioned } = bucketOf(state, call);
  return { status: 200, body: { kind: 'storage#bucket', name, versioning: { enabled: versioned } } };
};

/** What of a resource a caller may say. */
export function attributesIn(resource: object): Attributes {
  const names = ['contentType', 'contentEncoding', 'contentDisposition', 'contentLanguage', 'cacheControl', 'metadata'];
  return Object.fromEntries(Object.entries(resource).filter(([name]) => names.includes(name)));
}

/** The part of an object's resource that the call asks for. */
export function part({ query }: Call, bucket: string, object: StoredObject): object {
  return partOf(resourceOf(bucket, object), query['fields']) as object;
}

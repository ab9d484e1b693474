import { compareKeys } from '../../../lib/vfs/keys.ts';
import { type OssAnswer, xmlAnswer } from './answer.ts';
import type { Bucket, Content, Version } from './bucket.ts';
import type { Call } from './call.ts';
import { invalidArgument } from './oss-error.ts';
import { document, element, urlEncoded } from './xml.ts';

type Encode = (text: string) => string;

/** ListObjectsV2: 100 keys where nothing is said; rolled-up prefixes count like keys. */
export function listObjects(call: Call, bucket: Bucket, pageLimit: number): OssAnswer {
  const { query } = call;
  const encode = encoderOf(call);
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter');
  const token = query.get('continuation-token');
  const after = token === undefined ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64').toString();
  const limit = limitOf(call, pageLimit);
  const found: { readonly text: string; readonly rolled: boolean }[] = [];
  for (const key of bucket.keys().filter((one) => one.startsWith(prefix) && bucket.current(one) !== undefined)) {
    const end = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length);
    const text = end < 0 ? key : key.slice(0, end + 1);
    if (compareKeys(text, after) > 0 && !(end >= 0 && after.startsWith(text)) && found.at(-1)?.text !== text) {
      found.push({ text, rolled: end >= 0 });
    }
  }
  const page = found.slice(0, limit);
  const next = found.length > limit ? Buffer.from(page.at(-1)?.text ?? '').toString('base64') : undefined;
  const content = [
    element('Name', bucket.name),
    element('Prefix', encode(prefix)),
    element('MaxKeys', limit),
    element('EncodingType', query.get('encoding-type')),
    element('IsTruncated', next !== undefined),
    ...page.map(({ text, rolled }) => (rolled ? '' : contents(text, bucket, encode))),
    ...page.map(({ text, rolled }) =>
      rolled ? `<CommonPrefixes>${element('Prefix', encode(text))}</CommonPrefixes>` : '',
    ),
    element('KeyCount', page.length),
    element('NextContinuationToken', next && encode(next)),
  ];
  return xmlAnswer(document('ListBucketResult', content.join('')));
}

/** ListObjectVersions: by key, and within a key newest first. */
export function listVersions(call: Call, bucket: Bucket, pageLimit: number): OssAnswer {
  const { query } = call;
  const encode = encoderOf(call);
  const prefix = query.get('prefix') ?? '';
  const marker = query.get('key-marker') ?? '';
  const versionMarker = query.get('version-id-marker');
  const limit = limitOf(call, pageLimit);
  const all = bucket
    .keys()
    .filter((key) => key.startsWith(prefix) && compareKeys(key, marker) >= 0)
    .flatMap((key) => afterMarker(key, bucket, marker, versionMarker));
  const page = all.slice(0, limit);
  const last = all.length > limit ? page.at(-1) : undefined;
  const content = [
    element('Name', bucket.name),
    element('Prefix', encode(prefix)),
    element('MaxKeys', limit),
    element('EncodingType', query.get('encoding-type')),
    element('IsTruncated', last !== undefined),
    element('NextKeyMarker', last && encode(last.key)),
    element('NextVersionIdMarker', last?.version.id),
    ...page.map(({ key, version, latest }) => versionElement(key, version, latest, encode)),
  ];
  return xmlAnswer(document('ListVersionsResult', content.join('')));
}

/** GetBucketVersioning: without a status where versions were never kept. */
export function getVersioning(bucket: Bucket): OssAnswer {
  return xmlAnswer(document('VersioningConfiguration', element('Status', bucket.versioning)));
}

function afterMarker(key: string, bucket: Bucket, marker: string, versionMarker: string | undefined) {
  const history = bucket.history(key).map((version, index) => ({ key, version, latest: index === 0 }));
  if (key !== marker) {
    return history;
  }
  const index = history.findIndex(({ version }) => version.id === versionMarker);
  return index < 0 ? [] : history.slice(index + 1);
}

function versionElement(key: string, version: Version, latest: boolean, encode: Encode): string {
  const name = version.content === undefined ? 'DeleteMarker' : 'Version';
  const content = [
    element('Key', encode(key)),
    element('VersionId', version.id),
    element('IsLatest', latest),
    element('LastModified', wholeSeconds(version.modifiedAt)),
    version.content === undefined ? '' : contentElements(version.content),
    '<Owner><ID>1234</ID><DisplayName>1234</DisplayName></Owner>',
  ];
  return `<${name}>${content.join('')}</${name}>`;
}

function contents(key: string, bucket: Bucket, encode: Encode): string {
  const version = bucket.find(key, undefined);
  const fields = element('Key', encode(key)) + element('LastModified', wholeSeconds(version.modifiedAt));
  return `<Contents>${fields}${contentElements(version.content)}</Contents>`;
}

function contentElements({ etag, type, bytes }: Content): string {
  const digests = element('ETag', `"${etag}"`) + element('Type', type);
  return digests + element('Size', bytes.byteLength) + element('StorageClass', 'Standard');
}

function wholeSeconds(time: number): string {
  return new Date(Math.floor(time / 1000) * 1000).toISOString();
}

function limitOf({ query }: Call, pageLimit: number): number {
  const limit = Number(query.get('max-keys') ?? 100);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw invalidArgument('The max-keys must be between 1 and 1000.', { ArgumentName: 'max-keys' });
  }
  return Math.min(limit, pageLimit);
}

function encoderOf({ query }: Call): Encode {
  return query.get('encoding-type') === 'url' ? urlEncoded : (text) => text;
}

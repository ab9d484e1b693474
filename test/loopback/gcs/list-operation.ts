import { bucketOf, type Operation } from './call.ts';
import { partOf } from './partial-response.ts';
import { resourceOf, type StoredObject } from './stored-object.ts';

/**
 * https://cloud.google.com/storage/docs/json_api/v1/objects/list: names in the order of their UTF-8 bytes, from `startOffset` on, that name
 * included; `maxResults` counts objects and prefixes together.
 */
export const listObjects: Operation = (call, _, state) => {
  const bucket = bucketOf(state, call);
  const { prefix = '', delimiter, versions, startOffset = '', pageToken, maxResults = '1000', fields } = call.query;
  const pageSize = Math.min(Number(maxResults), state.limits.pageSize);
  const all = bucket.generations.filter(
    (object) =>
      object.name.startsWith(prefix) &&
      !isBefore(object.name, startOffset) &&
      (versions === 'true' || object.timeDeleted === undefined),
  );
  const rows = rowsOf(all, prefix, delimiter);
  const start = pageToken === undefined ? 0 : rows.findIndex(({ token }) => token === decoded(pageToken)) + 1;
  const page = rows.slice(start, start + pageSize);
  const items = page.flatMap(({ object }) => (object === undefined ? [] : [resourceOf(bucket.name, object)]));
  const prefixes = page.flatMap((row) => (row.prefix === undefined ? [] : [row.prefix]));
  const more = start + pageSize < rows.length;
  const document = {
    kind: 'storage#objects',
    ...(items.length > 0 && { items }),
    ...(prefixes.length > 0 && { prefixes }),
    ...(more && { nextPageToken: Buffer.from(page.at(-1)?.token ?? '').toString('base64url') }),
  };
  return { status: 200, body: partOf(document, fields) as object };
};

/** An object or a prefix that stands for several, and what marks the place of either. */
interface Row {
  readonly token: string;
  readonly object?: StoredObject;
  readonly prefix?: string;
}

function rowsOf(objects: readonly StoredObject[], prefix: string, delimiter: string | undefined): readonly Row[] {
  const rows = new Map<string, Row>();
  for (const object of objects) {
    const end = delimiter === undefined ? -1 : object.name.indexOf(delimiter, prefix.length);
    const rolled = object.name.slice(0, end + (delimiter?.length ?? 0));
    const token = end < 0 ? `${object.name}#${object.generation}` : rolled;
    rows.set(token, end < 0 ? { token, object } : { token, prefix: rolled });
  }
  return [...rows.values()];
}

function isBefore(name: string, offset: string): boolean {
  return Buffer.compare(Buffer.from(name), Buffer.from(offset)) < 0;
}

function decoded(token: string): string {
  return Buffer.from(token, 'base64url').toString();
}

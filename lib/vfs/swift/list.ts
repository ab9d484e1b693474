import { isKey } from '../keys.ts';
import type { ListOptions, ListPage, ObjectEntry, Revision } from '../types.ts';
import type { SwiftConnection } from './connection.ts';
import { type Attempt, senseless } from './errors.ts';
import { type Listed, listLines, maxLines } from './list-lines.ts';
import { behindOwnFolder, isHidden } from './names.ts';
import { largeRevision } from './object-fields.ts';

/**
 * One page of names. A page that is full has a next one, as Swift's documentation has it ("Page through large lists"); what is the driver's own is
 * left out, so a page may be empty and not the last.
 */
export async function listObjects(connection: SwiftConnection, options: ListOptions): Promise<ListPage> {
  const { prefix, delimiter, startAfter, pageToken, signal } = options;
  const attempt = connection.attempt('list', prefix);
  const limit = Math.min(options.pageSize ?? maxLines, maxLines);
  const marker = pageToken === undefined ? startAfter : Buffer.from(pageToken, 'base64url').toString();
  const asked = { prefix, limit, ...(delimiter && { delimiter }), ...(marker === undefined ? {} : { marker }) };
  const listed = await listLines(connection, asked, attempt, signal);
  const last = listed.at(-1);
  const isTagged = connection.believed.includes('md5');
  return { ...pageOf(listed, prefix, isTagged, attempt), ...(listed.length < limit ? {} : tokenAfter(last, prefix)) };
}

function pageOf(listed: readonly Listed[], prefix: string, isTagged: boolean, attempt: Attempt): ListPage {
  const page = { entries: [] as ObjectEntry[], prefixes: [] as string[], markers: [] as string[] };
  for (const line of listed) {
    const name = nameOf(line);
    if (name === undefined) {
      throw senseless(attempt, 'a line of the listing has no name');
    }
    if (isHidden(name, prefix)) {
      continue;
    }
    if (line.subdir !== undefined) {
      page.prefixes.push(name);
    } else if (isKey(name)) {
      page.entries.push({ key: name, ...entryFields(line, isTagged) });
    } else {
      page.markers.push(name);
    }
  }
  return page;
}

/**
 * What a line tells. A hash is the MD5 of a plain object; of a large one it is that of the manifest, which Swift before 2.18 lets nobody see. So it is
 * a tag and no digest: equal ones prove equal content, since sizes are compared too. A dynamic large object and a link are listed as
 * empty, so a line of no bytes tells nothing else.
 */
function entryFields(
  { bytes = 0, hash, slo_etag, last_modified }: Listed,
  isTagged: boolean,
): Omit<ObjectEntry, 'key'> {
  const modifiedAt = new Date(`${last_modified}Z`);
  const plain = slo_etag === undefined && bytes > 0 ? hash : undefined;
  return {
    size: bytes,
    ...(slo_etag === undefined ? {} : { revision: largeRevision(slo_etag) }),
    ...(plain === undefined ? {} : { revision: plain as Revision }),
    ...(plain === undefined || !isTagged ? {} : { contentTag: `md5:${plain}` }),
    ...(Number.isNaN(modifiedAt.getTime()) ? {} : { modifiedAt }),
  };
}

function tokenAfter(last: Listed | undefined, prefix: string): Pick<ListPage, 'nextPageToken'> {
  const name = last && nameOf(last);
  if (name === undefined) {
    return {};
  }
  const marker = isHidden(name, prefix) && prefix === '' ? behindOwnFolder : name;
  return { nextPageToken: Buffer.from(marker).toString('base64url') };
}

function nameOf({ subdir, name }: Listed): string | undefined {
  return subdir ?? name;
}

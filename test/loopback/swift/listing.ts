import { compareKeys } from '../../../lib/vfs/keys.ts';
import type { Account, StoredObject } from './account.ts';
import { type Answer, Refused } from './answer.ts';

/**
 * `GET /v1/account/container?format=json` ("Show container details and list objects",
 * https://docs.openstack.org/api-ref/object-store/; "Page through large lists of containers or objects",
 * https://docs.openstack.org/swift/latest/api/pagination.html; "Pseudo-hierarchical folders and directories").
 */
export function listContainer(account: Account, container: string, query: URLSearchParams): Answer {
  const most = account.limits.listingLimit;
  const limit = Number(query.get('limit') ?? most);
  if (limit > most) {
    throw new Refused(412, `Maximum limit is ${most}`);
  }
  const lines: object[] = [];
  for (const item of items(account, container, query)) {
    if (lines.length === limit) {
      break;
    }
    lines.push(item);
  }
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(lines),
  };
}

function* items(account: Account, container: string, query: URLSearchParams): Generator<object> {
  const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter') ?? ''];
  const [marker, end] = [query.get('marker') ?? '', query.get('end_marker')];
  let rolledUp = '';
  for (const name of account.names(container)) {
    const isMeant = name.startsWith(prefix) && compareKeys(name, marker) > 0;
    if (!isMeant || (end !== null && compareKeys(name, end) >= 0) || (rolledUp !== '' && name.startsWith(rolledUp))) {
      continue;
    }
    const cut = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length);
    if (cut >= 0) {
      rolledUp = name.slice(0, cut + delimiter.length);
      // A pseudo-directory that was the marker was listed on the page before.
      if (rolledUp !== marker) {
        yield { subdir: rolledUp };
      }
      continue;
    }
    yield lineOf(name, account.objects(container).get(name) as StoredObject);
  }
}

function lineOf(name: string, { bytes, etag, time, headers, segments }: StoredObject): object {
  const size = segments?.reduce((sum, segment) => sum + segment.size, 0);
  return {
    bytes: size ?? bytes.byteLength,
    hash: segments === undefined ? etag : headers['x-manifest-etag'],
    name,
    content_type: headers['content-type'],
    last_modified: `${new Date(time).toISOString().slice(0, -1)}000`,
    ...(segments === undefined ? {} : { slo_etag: `"${etag}"` }),
  };
}

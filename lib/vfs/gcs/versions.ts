import { VfsError } from '../errors.ts';
import { compareKeys, isKey } from '../keys.ts';
import type { CallOptions, ObjectKey, ReadResult, VersionId } from '../types.ts';
import type { ListVersionsOptions, ObjectVersion, VersionPage, VersionsDriver } from '../versions.ts';
import type { GcsConnection } from './connection.ts';
import type { Attempt } from './errors.ts';
import { askPage, isVisible } from './list.ts';
import { dateOf, type ObjectResource, revisionOf, sizeOf } from './object-resource.ts';
import { readObject } from './read.ts';
import { remove } from './write.ts';

/** Begins the version id of a deletion. The store keeps no marker of it: a key of which no generation is live was deleted. */
const deletion = 'deleted-';

/** The history of keys in a bucket with Object Versioning. Soft-deleted objects are no part of it. */
export class GcsVersions implements VersionsDriver {
  readonly #connection: GcsConnection;

  constructor(connection: GcsConnection) {
    this.#connection = connection;
  }

  /** A page ends between two keys, so that what a key has stays together; its token is the key to go on with. */
  async listVersions({ prefix, pageToken, signal }: ListVersionsOptions): Promise<VersionPage> {
    const attempt = this.#connection.attempt('listVersions', prefix);
    const { items, next } = await this.#wholeKeys(prefix, pageToken, attempt, signal);
    const byKey = new Map<string, ObjectResource[]>();
    for (const item of items.filter(({ name = '' }) => isVisible(name, prefix))) {
      byKey.set(item.name ?? '', [...(byKey.get(item.name ?? '') ?? []), item]);
    }
    const versions = [...byKey]
      .sort(([a], [b]) => compareKeys(a, b))
      .flatMap(([name, generations]) => (isKey(name) ? historyOf(name, generations, attempt) : []));
    return { versions, ...(next !== undefined && { nextPageToken: next }) };
  }

  async readVersion(key: ObjectKey, version: VersionId, { signal }: CallOptions): Promise<ReadResult> {
    const attempt = this.#connection.attempt('readVersion', key);
    const isContent = /^[1-9][0-9]*$/.test(version);
    const result = isContent ? await readObject(this.#connection, key, { signal }, attempt, version) : undefined;
    if (result === undefined) {
      const { operation, target } = attempt;
      throw new VfsError({
        code: 'NotFound',
        operation,
        target,
        reason: `version ${version} is no generation with content`,
      });
    }
    return result;
  }

  /** A deletion goes when the last generation that it was of goes: there is nothing else that could be removed. */
  async deleteVersion(key: ObjectKey, version: VersionId, { signal }: CallOptions): Promise<void> {
    if (!version.startsWith(deletion)) {
      const attempt = this.#connection.attempt('deleteVersion', key);
      await remove(this.#connection, key, { generation: version }, attempt, signal);
    }
  }

  async #wholeKeys(prefix: string, start: string | undefined, attempt: Attempt, signal: AbortSignal) {
    const fields = 'kind,nextPageToken,items(name,size,generation,timeCreated,timeDeleted)';
    const query = { fields, versions: 'true', prefix, ...(start !== undefined && { startOffset: start }) };
    const items: ObjectResource[] = [];
    let pageToken: string | undefined;
    do {
      const page = await askPage(this.#connection, { ...query, ...(pageToken && { pageToken }) }, attempt, signal);
      items.push(...(page.items ?? []));
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined && items.every(({ name }) => name === items[0]?.name));
    const next = pageToken === undefined ? undefined : items.at(-1)?.name;
    return { items: items.filter(({ name }) => next === undefined || name !== next), next };
  }
}

/** What a key has been, newest first; generations grow. */
function historyOf(key: ObjectKey, generations: readonly ObjectResource[], attempt: Attempt): readonly ObjectVersion[] {
  const contents = [...generations]
    .sort((a, b) => (BigInt(b.generation ?? 0) > BigInt(a.generation ?? 0) ? 1 : -1))
    .map((item): ObjectVersion => {
      const revision = revisionOf(item, attempt);
      const versionId = String(revision) as VersionId;
      const [size, modifiedAt] = [sizeOf(item), dateOf(item.timeCreated)];
      return { key, versionId, kind: 'content', latest: item.timeDeleted === undefined, modifiedAt, size, revision };
    });
  if (contents.some(({ latest }) => latest)) {
    return contents;
  }
  const versionId = `${deletion}${contents[0]?.versionId}` as VersionId;
  const times = generations.map(({ timeDeleted }) => dateOf(timeDeleted)?.getTime() ?? 0);
  const modifiedAt = new Date(Math.max(...times));
  return [{ key, versionId, kind: 'deletion', latest: true, modifiedAt }, ...contents];
}

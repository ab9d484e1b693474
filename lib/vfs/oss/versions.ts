import { unquoted } from '../entity-tag.ts';
import { VfsError } from '../errors.ts';
import { isKey } from '../keys.ts';
import { undefinedWhenAbsent } from '../store.ts';
import type { CallOptions, ObjectKey, ReadResult, VersionId } from '../types.ts';
import type { ListVersionsOptions, ObjectVersion, VersionPage, VersionsDriver } from '../versions.ts';
import type { OssConnection } from './connection.ts';
import { readObject } from './read.ts';
import { childrenOf, decoderOf, type Element, nextOf, textOf, timeOf } from './xml.ts';

/** The history of keys in a bucket with versioning. */
export class OssVersions implements VersionsDriver {
  readonly #connection: OssConnection;

  constructor(connection: OssConnection) {
    this.#connection = connection;
  }

  async listVersions({ prefix, pageToken, signal }: ListVersionsOptions): Promise<VersionPage> {
    const query = {
      'encoding-type': 'url',
      'max-keys': '1000',
      ...(prefix && { prefix }),
      ...(pageToken && markersOf(pageToken)),
    };
    const attempt = this.#connection.attempt('listVersions', prefix);
    const request = { method: 'GET', subres: 'versions', query };
    const { tree, text } = await this.#connection.askXml(request, 'ListVersionsResult', attempt, signal);
    const decode = decoderOf(tree);
    const versions = inOrder(text, tree)
      .map(({ kind, listed }) => versionOf(kind, listed, decode))
      .filter(({ key }) => isKey(key));
    const next = nextOf(tree, 'NextKeyMarker', attempt);
    const token = next !== undefined && { nextPageToken: tokenOf(decode(next), textOf(tree, 'NextVersionIdMarker')) };
    return { versions, ...token };
  }

  async readVersion(key: ObjectKey, version: VersionId, { signal }: CallOptions): Promise<ReadResult> {
    const attempt = this.#connection.attempt('readVersion', key);
    const result = await readObject(this.#connection, key, { signal }, attempt, version);
    if (result === undefined) {
      const { operation, target } = attempt;
      throw new VfsError({ code: 'Unknown', operation, target, reason: 'the store answered "unchanged" unasked' });
    }
    return result;
  }

  async deleteVersion(key: ObjectKey, version: VersionId, { signal }: CallOptions): Promise<void> {
    const attempt = this.#connection.attempt('deleteVersion', key);
    const request = { method: 'DELETE', key, query: { versionId: version } };
    await undefinedWhenAbsent(this.#connection.ask(request, attempt, signal));
  }
}

interface Listed {
  readonly kind: ObjectVersion['kind'];
  readonly listed: Element;
}

/**
 * Contents and deletions in the order in which the answer names them, which is by key, and within a key newest first: the client hands
 * out two lists, and times are whole seconds. Text inside the elements is escaped, so that these tags stand nowhere else.
 */
function inOrder(xml: string, answer: Element): readonly Listed[] {
  const left = {
    Version: childrenOf(answer, 'Version').values(),
    DeleteMarker: childrenOf(answer, 'DeleteMarker').values(),
  };
  return [...xml.matchAll(/<(Version|DeleteMarker)>/g)].flatMap(([, tag]) => {
    const name = tag === 'Version' ? 'Version' : 'DeleteMarker';
    const { value: listed } = left[name].next();
    return listed === undefined ? [] : [{ kind: name === 'Version' ? 'content' : 'deletion', listed }];
  });
}

function versionOf(kind: ObjectVersion['kind'], listed: Element, decode: (text: string) => string): ObjectVersion {
  const revision = unquoted(textOf(listed, 'ETag'));
  const size = textOf(listed, 'Size');
  return {
    key: decode(textOf(listed, 'Key') ?? '') as ObjectKey,
    versionId: (textOf(listed, 'VersionId') ?? 'null') as VersionId,
    kind,
    latest: textOf(listed, 'IsLatest') === 'true',
    modifiedAt: timeOf(listed, 'LastModified'),
    ...(size === undefined ? {} : { size: Number(size) }),
    ...(revision === undefined ? {} : { revision }),
  };
}

/** A page token holds both markers of OSS: the key, and the version within it. */
function tokenOf(key: string, version = ''): string {
  return JSON.stringify([key, version]);
}

function markersOf(token: string): Readonly<Record<string, string>> {
  const [key, version] = JSON.parse(token) as [string, string];
  return { 'key-marker': key, ...(version === '' ? {} : { 'version-id-marker': version }) };
}

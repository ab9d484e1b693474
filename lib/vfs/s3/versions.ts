import {
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
} from '@aws-sdk/client-s3';
import { unquoted } from '../entity-tag.ts';
import { isVfsError, VfsError } from '../errors.ts';
import { compareKeys, isKey } from '../keys.ts';
import { undefinedWhenAbsent } from '../store.ts';
import type { CallOptions, ObjectKey, ReadResult, VersionId } from '../types.ts';
import type { ListVersionsOptions, ObjectVersion, VersionPage, VersionsDriver } from '../versions.ts';
import type { S3Connection } from './connection.ts';
import { decoderOf, nextOf } from './list.ts';
import { withAnswerText } from './middleware.ts';
import { readObject } from './read.ts';

/** What versions and delete markers have in common. */
type Listed = NonNullable<ListObjectVersionsCommandOutput['DeleteMarkers']>[number] & {
  readonly Size?: number | undefined;
  readonly ETag?: string | undefined;
};

/** The history of keys in a bucket with versioning. */
export class S3Versions implements VersionsDriver {
  readonly #connection: S3Connection;

  constructor(connection: S3Connection) {
    this.#connection = connection;
  }

  async listVersions({ prefix, pageToken, signal }: ListVersionsOptions): Promise<VersionPage> {
    const command = new ListObjectVersionsCommand({
      ...this.#connection.bucket,
      Prefix: prefix,
      EncodingType: 'url',
      ...(pageToken && markersOf(pageToken)),
    });
    let order: readonly ObjectVersion['kind'][] = [];
    withAnswerText(command, (text) => {
      order = orderIn(text);
    });
    const attempt = this.#connection.attempt('listVersions', prefix);
    const answer = await this.#connection.send(command, attempt, signal);
    const decode = decoderOf(answer.EncodingType);
    const versions = merged(order, answer.Versions ?? [], answer.DeleteMarkers ?? [])
      .map(({ listed, kind }) => versionOf(listed, kind, decode))
      .filter(({ key }) => isKey(key))
      .sort(byKeyNewestFirst);
    const next = nextOf(answer.IsTruncated, answer.NextKeyMarker, attempt);
    const token = next !== undefined && { nextPageToken: tokenOf(decode(next), answer.NextVersionIdMarker) };
    return { versions, ...token };
  }

  async readVersion(key: ObjectKey, version: VersionId, { signal }: CallOptions): Promise<ReadResult> {
    const attempt = this.#connection.attempt('readVersion', key);
    const { operation, target } = attempt;
    try {
      const result = await readObject(this.#connection, key, { signal }, attempt, version);
      if (result !== undefined) {
        return result;
      }
    } catch (error) {
      // The marker of a deletion answers 405: it is no object that could be read.
      if (!isVfsError(error, 'Unsupported')) {
        throw error;
      }
    }
    throw new VfsError({
      code: 'NotFound',
      operation,
      target,
      reason: `version ${version} is the marker of a deletion`,
    });
  }

  async deleteVersion(key: ObjectKey, version: VersionId, { signal }: CallOptions): Promise<void> {
    const command = new DeleteObjectCommand({ ...this.#connection.bucket, Key: key, VersionId: version });
    const attempt = this.#connection.attempt('deleteVersion', key);
    await undefinedWhenAbsent(this.#connection.send(command, attempt, signal));
  }
}

function versionOf(listed: Listed, kind: ObjectVersion['kind'], decode: (text: string) => string): ObjectVersion {
  const revision = unquoted(listed.ETag);
  return {
    key: decode(listed.Key ?? '') as ObjectKey,
    versionId: (listed.VersionId ?? 'null') as VersionId,
    kind,
    latest: listed.IsLatest === true,
    modifiedAt: listed.LastModified,
    ...(listed.Size === undefined ? {} : { size: listed.Size }),
    ...(revision === undefined ? {} : { revision }),
  };
}

/** Some compatible stores name all contents first; what has one time keeps the order of the answer, which is that of S3. */
function byKeyNewestFirst(a: ObjectVersion, b: ObjectVersion): number {
  const newer = (b.modifiedAt?.getTime() ?? 0) - (a.modifiedAt?.getTime() ?? 0);
  return compareKeys(a.key, b.key) || Number(b.latest) - Number(a.latest) || newer;
}

/**
 * The order in which an answer names contents and deletions: the SDK hands out two lists, and times are whole seconds. Text inside the
 * elements is escaped, so that these tags stand nowhere else.
 */
function orderIn(xml: string): readonly ObjectVersion['kind'][] {
  return [...xml.matchAll(/<(Version|DeleteMarker)>/g)].map(([, tag]) => (tag === 'Version' ? 'content' : 'deletion'));
}

function merged(order: readonly ObjectVersion['kind'][], contents: readonly Listed[], deletions: readonly Listed[]) {
  const left = { content: contents.values(), deletion: deletions.values() };
  return order.flatMap((kind) => {
    const { value: listed } = left[kind].next();
    return listed === undefined ? [] : [{ kind, listed }];
  });
}

/** A page token holds both markers of S3: the key, and the version within it. */
function tokenOf(key: string, version = ''): string {
  return JSON.stringify([key, version]);
}

function markersOf(token: string) {
  const [key, version] = JSON.parse(token) as [string, string];
  return { KeyMarker: key, ...(version === '' ? {} : { VersionIdMarker: version }) };
}

import type { BlobItem } from '@azure/storage-blob';
import { revisionOf, unquoted } from '../entity-tag.ts';
import { isRefusedCondition, VfsError } from '../errors.ts';
import { compareKeys, isKey } from '../keys.ts';
import { undefinedWhenAbsent } from '../store.ts';
import type { CallOptions, ObjectKey, ReadResult, VersionId } from '../types.ts';
import type { ListVersionsOptions, ObjectVersion, VersionPage, VersionsDriver } from '../versions.ts';
import type { AzureConnection } from './connection.ts';
import { type Attempt, vendorCode } from './errors.ts';
import { ownPrefix } from './list.ts';
import { readObject } from './read.ts';

/** The version of a blob that was written while its account kept none; as S3 calls it. */
const unversioned = 'null' as VersionId;

/**
 * The history of keys in an account with blob versioning ("Blob versioning", Azure Storage documentation).
 *
 * It has no markers of deletions: of a deleted key all versions are there, and none is the latest. The latest version
 * can only be removed by deleting the key first, and no older one comes back in its place.
 */
export class AzureVersions implements VersionsDriver {
  readonly #connection: AzureConnection;

  constructor(connection: AzureConnection) {
    this.#connection = connection;
  }

  /**
   * Azure lists the versions of a key oldest first, so those of the last key of a page wait for the next page, in its
   * token: they may not be all.
   */
  async listVersions({ prefix, pageToken, signal }: ListVersionsOptions): Promise<VersionPage> {
    const attempt = this.#connection.attempt('listVersions', prefix);
    const { marker, held } = placeOf(pageToken);
    const { items, next } = await this.#page(prefix, marker, attempt, signal);
    const visible = items.filter(({ name }) => prefix.startsWith(ownPrefix) || !name.startsWith(ownPrefix));
    const all = [...held, ...visible.flatMap(versionOf)];
    if (next === undefined) {
      return { versions: all.sort(byKeyNewestFirst) };
    }
    const last = all.at(-1)?.key;
    const versions = all.filter(({ key }) => key !== last).sort(byKeyNewestFirst);
    const open = all.filter(({ key }) => key === last);
    return { versions, nextPageToken: JSON.stringify({ marker: next, held: open }) };
  }

  async readVersion(key: ObjectKey, version: VersionId, { signal }: CallOptions): Promise<ReadResult> {
    const attempt = this.#connection.attempt('readVersion', key);
    const named = version === unversioned ? undefined : version;
    const result = await readObject(this.#connection, key, { signal }, attempt, named);
    if (result === undefined) {
      const { operation, target } = attempt;
      throw new VfsError({
        code: 'Unknown',
        operation,
        target,
        reason: 'the store answered "unchanged" to a plain read',
      });
    }
    return result;
  }

  /** One request, and three more for the latest version. */
  async deleteVersion(key: ObjectKey, version: VersionId, { signal }: CallOptions): Promise<void> {
    const attempt = this.#connection.attempt('deleteVersion', key);
    if ((await this.#deleted(key, version, attempt, signal)) === 'latest') {
      await this.#deleteLatest(key, version, attempt, signal);
      await this.#deleted(key, version, attempt, signal);
    }
  }

  async #deleted(
    key: ObjectKey,
    version: VersionId,
    attempt: Attempt,
    signal: AbortSignal,
  ): Promise<'latest' | undefined> {
    return undefinedWhenAbsent(
      this.#connection.ask(key, attempt, signal, async (blob) => {
        try {
          await (version === unversioned ? blob : blob.withVersion(version)).delete({ abortSignal: signal });
          return undefined;
        } catch (error) {
          if (vendorCode(error) === 'OperationNotAllowedOnRootBlob') {
            return 'latest';
          }
          throw error;
        }
      }),
    );
  }

  /** Deletes the key while this version is the latest; one that came meanwhile stays. */
  async #deleteLatest(key: ObjectKey, version: VersionId, attempt: Attempt, signal: AbortSignal): Promise<void> {
    try {
      await this.#connection.ask(key, attempt, signal, async (blob) => {
        const { etag } = await blob.withVersion(version).getProperties({ abortSignal: signal });
        const conditions = { ifMatch: `"${revisionOf(etag, attempt)}"` };
        await blob.delete({ conditions, abortSignal: signal });
      });
    } catch (error) {
      if (!isRefusedCondition(error)) {
        throw error;
      }
    }
  }

  async #page(
    prefix: string,
    marker: string | undefined,
    attempt: Attempt,
    signal: AbortSignal,
  ): Promise<{ readonly items: readonly BlobItem[]; readonly next: string | undefined }> {
    return this.#connection.askContainer(attempt, signal, async (container) => {
      const options = { ...(prefix && { prefix }), includeVersions: true, abortSignal: signal };
      const place = marker === undefined ? {} : { continuationToken: marker };
      const { value } = await container.listBlobsFlat(options).byPage(place).next();
      return { items: value.segment.blobItems, next: value.continuationToken || undefined };
    });
  }
}

function versionOf({ name, versionId, isCurrentVersion, properties }: BlobItem): ObjectVersion[] {
  const revision = unquoted(properties.etag);
  return isKey(name)
    ? [
        {
          key: name,
          versionId: (versionId as VersionId | undefined) ?? unversioned,
          kind: 'content',
          latest: versionId === undefined || isCurrentVersion === true,
          modifiedAt: properties.lastModified,
          size: properties.contentLength ?? 0,
          ...(revision === undefined ? {} : { revision }),
        },
      ]
    : [];
}

/** Ids are times, written so that they sort. */
function byKeyNewestFirst(a: ObjectVersion, b: ObjectVersion): number {
  return compareKeys(a.key, b.key) || Number(b.latest) - Number(a.latest) || (a.versionId < b.versionId ? 1 : -1);
}

interface Place {
  readonly marker?: string;
  /** Versions of the last key so far. */
  readonly held: readonly ObjectVersion[];
}

function placeOf(token: string | undefined): Place {
  if (token === undefined) {
    return { held: [] };
  }
  const { marker, held } = JSON.parse(token) as Place;
  return { ...(marker && { marker }), held: held.map((one) => ({ ...one, modifiedAt: dateOf(one.modifiedAt) })) };
}

/** JSON keeps a date as text. */
function dateOf(date: Date | undefined): Date | undefined {
  return date && new Date(date);
}

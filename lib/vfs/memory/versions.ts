import { compareKeys, isKey } from '../keys.ts';
import type { CallOptions, ObjectKey, ReadResult, VersionId } from '../types.ts';
import type { ListVersionsOptions, ObjectVersion, VersionPage, VersionsDriver } from '../versions.ts';
import type { StoredVersion } from './space.ts';
import type { SpaceAccess } from './space-access.ts';

/** Keys of which one page tells all versions. */
const keysPerPage = 100;

/** The history of a memory space. */
export function memoryVersions(access: SpaceAccess): VersionsDriver {
  return {
    async listVersions({ signal, prefix, pageToken = '' }: ListVersionsOptions): Promise<VersionPage> {
      signal.throwIfAborted();
      const after = access.space.keysWithHistory(prefix).filter((key) => compareKeys(key, pageToken) > 0);
      const keys = after.slice(0, keysPerPage);
      const versions = keys.filter(isKey).flatMap((key) => describe(key, access.space.history(key)));
      const last = keys.at(-1);
      return after.length > keys.length && last !== undefined ? { versions, nextPageToken: last } : { versions };
    },

    async readVersion(key: ObjectKey, version: VersionId, { signal }: CallOptions): Promise<ReadResult> {
      signal.throwIfAborted();
      const stored = access.space.history(key).find(({ versionId }) => versionId === version);
      if (stored?.kind !== 'content') {
        throw access.failure('NotFound', 'readVersion', key, `there is no content of version ${version}`);
      }
      return access.open(stored, key, { signal });
    },

    async deleteVersion(key: ObjectKey, version: VersionId, { signal }: CallOptions): Promise<void> {
      signal.throwIfAborted();
      access.space.removeVersion(key, version);
    },
  };
}

function describe(key: ObjectKey, history: readonly StoredVersion[]): ObjectVersion[] {
  return history.map((stored, index) => {
    const { modifiedAt, versionId = '' as VersionId } = stored;
    const version = { key, versionId, latest: index === 0, modifiedAt };
    return stored.kind === 'content'
      ? { ...version, kind: stored.kind, size: stored.bytes.byteLength, revision: stored.revision }
      : { ...version, kind: stored.kind };
  });
}

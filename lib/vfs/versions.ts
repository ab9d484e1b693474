import type { CallOptions, ObjectKey, ReadResult, Revision, VersionId } from './types.ts';

/** One version of a key: content, or the marker of a deletion. */
export interface ObjectVersion {
  readonly key: ObjectKey;
  readonly versionId: VersionId;
  readonly kind: 'content' | 'deletion';
  /** Whether this is what a plain read sees. */
  readonly latest: boolean;
  readonly modifiedAt: Date | undefined;
  /** Content only. */
  readonly size?: number;
  readonly revision?: Revision;
}

export interface ListVersionsOptions extends CallOptions {
  readonly prefix: string;
  readonly pageToken?: string;
}

export interface VersionPage {
  /** By key ascending, within a key newest first. */
  readonly versions: readonly ObjectVersion[];
  readonly nextPageToken?: string;
}

/** The history of keys, in stores that keep it. */
export interface VersionsDriver {
  listVersions(options: ListVersionsOptions): Promise<VersionPage>;

  /** Opens one version. Rejects with `NotFound`, also for the marker of a deletion. */
  readVersion(key: ObjectKey, version: VersionId, options: CallOptions): Promise<ReadResult>;

  /** Removes one version for good. Removing an absent one succeeds. */
  deleteVersion(key: ObjectKey, version: VersionId, options: CallOptions): Promise<void>;
}

import type { ChecksumSet, Metadata, ObjectStat, Revision } from '../vfs/types.ts';

/** What a replica's user metadata says of its origin. Sent in the same request as the content. */
export interface Stamp {
  /** URL of the source store. */
  readonly store: string;
  readonly key: string;
  readonly revision: Revision;
  readonly size: number;
  /** Absent where the bytes were too many to be digested before they were sent, and the source holds none. */
  readonly sha256?: string;
}

const prefix = 'statesync-';
const names = {
  store: `${prefix}store`,
  key: `${prefix}key`,
  revision: `${prefix}revision`,
  size: `${prefix}size`,
  sha256: `${prefix}sha256`,
};

/** The stamp of a replica, as user metadata. Values are percent-encoded, since metadata is ASCII in most stores. */
export function encodeStamp(stamp: Stamp): Metadata {
  return {
    [names.store]: encodeURI(stamp.store),
    [names.key]: encodeURIComponent(stamp.key),
    [names.revision]: encodeURIComponent(stamp.revision),
    [names.size]: String(stamp.size),
    ...(stamp.sha256 === undefined ? {} : { [names.sha256]: stamp.sha256 }),
  };
}

/** Reads the stamp of an object; undefined where it has none, or one that was damaged. */
export function decodeStamp(metadata: Metadata): Stamp | undefined {
  const {
    [names.store]: store,
    [names.key]: key,
    [names.revision]: revision,
    [names.size]: size,
    [names.sha256]: sha256,
  } = metadata;
  if (store === undefined || key === undefined || revision === undefined || size === undefined || !/^\d+$/.test(size)) {
    return undefined;
  }
  try {
    const decoded = {
      store: decodeURI(store),
      key: decodeURIComponent(key),
      revision: decodeURIComponent(revision) as Revision,
    };
    return { ...decoded, size: Number(size), ...(sha256 === undefined ? {} : { sha256 }) };
  } catch {
    return undefined;
  }
}

/** User metadata without any stamp: what is copied onward. A replica of a replica carries its own stamp only. */
export function withoutStamp(metadata: Metadata): Metadata {
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => !name.startsWith(prefix)));
}

/**
 * The stamp of a replica if it is to be believed: it names this source and key, and agrees with the replica's own size and digest.
 *
 * Undefined also where somebody else wrote the object.
 */
export function believedStamp(replica: ObjectStat, sourceUrl: string): Stamp | undefined {
  const stamp = decodeStamp(replica.metadata);
  if (stamp === undefined || stamp.store !== sourceUrl || stamp.key !== replica.key || stamp.size !== replica.size) {
    return undefined;
  }
  return contradicts(stamp, replica.checksums) ? undefined : stamp;
}

function contradicts(stamp: Stamp, checksums: ChecksumSet): boolean {
  return stamp.sha256 !== undefined && checksums.sha256 !== undefined && stamp.sha256 !== checksums.sha256;
}

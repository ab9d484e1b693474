import { createHash } from 'node:crypto';
import { conflictOf } from '../vfs/checksums.ts';
import type { ChecksumAlgorithm, ChecksumSet, Metadata, ObjectStat, Revision } from '../vfs/types.ts';

/** What a replica's user metadata says of its origin. Sent in the same request as the content. */
export interface Stamp {
  /** URL of the source store. */
  readonly store: string;
  /** SHA-256 of the key: a key itself may be longer than a store's metadata. */
  readonly keyDigest: string;
  readonly revision: Revision;
  readonly size: number;
  /** When the source accepted the content, by its own clock; undefined where it did not say. It orders the revisions of a key. */
  readonly modifiedAt: Date | undefined;
  /** Digests of the content, as far as they were known before it was sent. */
  readonly checksums: ChecksumSet;
}

const prefix = 'statesync-';
const names = {
  store: `${prefix}store`,
  key: `${prefix}key`,
  revision: `${prefix}revision`,
  size: `${prefix}size`,
  modifiedAt: `${prefix}modified`,
};
const algorithms: readonly ChecksumAlgorithm[] = ['sha256', 'md5', 'crc64nvme', 'crc64xz', 'crc32c'];

/** The stamp of the replica of an object, as user metadata. Texts are percent-encoded, since metadata is ASCII in most stores. */
export function stampOf(
  store: string,
  { key, revision, size, modifiedAt }: ObjectStat,
  checksums: ChecksumSet,
): Metadata {
  const digests = algorithms.flatMap((name) => {
    const digest = checksums[name];
    return digest === undefined ? [] : [[prefix + name, digest] as const];
  });
  return {
    [names.store]: encodeURI(store),
    [names.key]: digestOf(key),
    [names.revision]: encodeURIComponent(revision),
    [names.size]: String(size),
    ...(modifiedAt === undefined ? {} : { [names.modifiedAt]: modifiedAt.toISOString() }),
    ...Object.fromEntries(digests),
  };
}

/** Reads the stamp of an object; undefined where it has none, or one that was damaged. */
export function decodeStamp(metadata: Metadata): Stamp | undefined {
  const { [names.store]: store, [names.key]: keyDigest, [names.revision]: revision, [names.size]: size } = metadata;
  if (store === undefined || keyDigest === undefined || revision === undefined || !/^\d+$/.test(size ?? '')) {
    return undefined;
  }
  const digests = algorithms.flatMap((name) =>
    metadata[prefix + name] === undefined ? [] : [[name, metadata[prefix + name]]],
  );
  try {
    return {
      store: decodeURI(store),
      keyDigest,
      revision: decodeURIComponent(revision) as Revision,
      size: Number(size),
      modifiedAt: dateIn(metadata[names.modifiedAt]),
      checksums: Object.fromEntries(digests),
    };
  } catch {
    return undefined;
  }
}

/** User metadata without any stamp: what is copied onward. A replica of a replica carries its own stamp only. */
export function withoutStamp(metadata: Metadata): Metadata {
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => !name.startsWith(prefix)));
}

/**
 * The stamp of a replica if it is to be believed: it names this source and key, and agrees with the replica's own size and digests.
 *
 * Undefined also where somebody else wrote the object, or wrote over it and kept its metadata.
 */
export function believedStamp(replica: ObjectStat, sourceUrl: string): Stamp | undefined {
  const stamp = decodeStamp(replica.metadata);
  if (stamp === undefined || stamp.store !== sourceUrl || stamp.keyDigest !== digestOf(replica.key)) {
    return undefined;
  }
  const agrees = stamp.size === replica.size && conflictOf(stamp.checksums, replica.checksums) === undefined;
  return agrees ? stamp : undefined;
}

function dateIn(text: string | undefined): Date | undefined {
  const date = new Date(text ?? '');
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

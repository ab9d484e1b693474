import type { ChecksumAlgorithm, ChecksumType } from './checksums.ts';
import type { Content } from './content.ts';
import { OrderedKeys } from './ordered-keys.ts';

/** One tag of an object. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** Encryption at rest, as S3 reports it; nothing is encrypted. */
export type Encryption =
  | { readonly algorithm: 'AES256' }
  | { readonly algorithm: 'aws:kms'; readonly keyArn: string; readonly bucketKey: boolean };

/** A checksum as S3 keeps it: in base64, with `-N` for one over the digests of N parts. */
export interface StoredChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
  readonly value: string;
}

/** A part of a completed multipart upload. */
export interface StoredPart {
  readonly number: number;
  readonly size: number;
  /** In base64; kept where the upload's checksum is one over its parts. */
  readonly checksum?: string;
}

/** What a write says of an object beside its bytes. */
export interface ObjectAttributes {
  /** `content-type`, `cache-control` and their like, by lower-case name. */
  readonly systemHeaders: Readonly<Record<string, string>>;
  /** User metadata, by lower-case name without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly storageClass: string;
  readonly encryption: Encryption;
}

/** One version of an object. */
export interface StoredObject extends ObjectAttributes {
  readonly kind: 'object';
  readonly key: string;
  readonly versionId: string;
  /** Milliseconds since the epoch. */
  readonly lastModified: number;
  /** Without quotes. */
  readonly etag: string;
  readonly content: Content;
  readonly checksum: StoredChecksum;
  /** MD5 of the whole content, where it is known. */
  readonly md5?: Buffer;
  readonly parts?: readonly StoredPart[];
  /** The only thing of a version that changes after it was written. */
  tags: readonly Tag[];
}

/** The mark that a delete leaves on a versioned bucket. */
export interface DeleteMarker {
  readonly kind: 'delete-marker';
  readonly key: string;
  readonly versionId: string;
  readonly lastModified: number;
}

/** An entry in the history of a key. */
export type Version = StoredObject | DeleteMarker;

/** The version id of everything written while versioning is off or suspended. */
export const nullVersion = 'null';

/** Every version of every key of a bucket. */
export class VersionIndex {
  readonly #histories = new Map<string, Version[]>();
  readonly #keys = new OrderedKeys();

  /** Makes a version the current one; it takes the place of a version with the same id. */
  add(version: Version): void {
    const history = this.#histories.get(version.key);
    if (history === undefined) {
      this.#keys.add(version.key);
      this.#histories.set(version.key, [version]);
      return;
    }
    const replaced = history.findIndex((other) => other.versionId === version.versionId);
    if (replaced >= 0) {
      history.splice(replaced, 1);
    }
    history.unshift(version);
  }

  /** Forgets one version for good, and answers it. */
  remove(key: string, versionId: string): Version | undefined {
    const history = this.#histories.get(key) ?? [];
    const index = history.findIndex((version) => version.versionId === versionId);
    const [removed] = index < 0 ? [] : history.splice(index, 1);
    if (history.length === 0 && this.#histories.delete(key)) {
      this.#keys.remove(key);
    }
    return removed;
  }

  /** The current version, which may be a delete marker. */
  current(key: string): Version | undefined {
    return this.#histories.get(key)?.[0];
  }

  find(key: string, versionId: string): Version | undefined {
    return this.#histories.get(key)?.find((version) => version.versionId === versionId);
  }

  /** Every version of a key, the newest first. */
  history(key: string): readonly Version[] {
    return this.#histories.get(key) ?? [];
  }

  /** Every key with at least one version, in listing order. */
  keys(): readonly string[] {
    return this.#keys.list();
  }

  get isEmpty(): boolean {
    return this.#histories.size === 0;
  }
}

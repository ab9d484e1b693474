import { createHash, randomUUID } from 'node:crypto';
import { compareKeys } from '../../../lib/vfs/keys.ts';
import { crc64ecma } from './crc64.ts';
import { noSuchKey, OssError } from './oss-error.ts';

/** What is kept with an object besides its bytes, by the lower-case names of headers. */
export type KeptHeaders = Readonly<Record<string, string>>;

/** Bytes with what OSS tells of them. */
export interface Content {
  readonly bytes: Uint8Array;
  /** As in the header, without quotes. */
  readonly etag: string;
  readonly crc64: string;
  readonly type: 'Normal' | 'Multipart';
  readonly headers: KeptHeaders;
}

/** A version of a key: content, or a delete marker. */
export interface Version {
  readonly id: string;
  readonly modifiedAt: number;
  readonly content?: Content;
}

/** An upload in parts that is under way. */
export interface Upload {
  readonly key: string;
  readonly headers: KeptHeaders;
  readonly parts: Map<number, Part>;
}

export interface Part {
  readonly bytes: Uint8Array;
  readonly etag: string;
  readonly crc64: string;
}

export type Versioning = 'Enabled' | 'Suspended';

/** What a bucket holds. */
export class Bucket {
  readonly name: string;
  readonly region: string;
  /** Undefined while it was never switched on. */
  versioning: Versioning | undefined;
  readonly uploads = new Map<string, Upload>();
  readonly #keys = new Map<string, Version[]>();
  readonly #now: () => number;

  constructor(name: string, region: string, versioning: Versioning | undefined, now: () => number) {
    this.name = name;
    this.region = region;
    this.versioning = versioning;
    this.#now = now;
  }

  /** All versions of a key, newest first. */
  history(key: string): readonly Version[] {
    return this.#keys.get(key) ?? [];
  }

  /** Keys with any version, by the bytes of their UTF-8. */
  keys(): readonly string[] {
    return [...this.#keys.keys()].sort(compareKeys);
  }

  /** The current content of a key; undefined where there is none, or a delete marker. */
  current(key: string): Content | undefined {
    return this.history(key)[0]?.content;
  }

  /** A version of a key, the current one where none is named. Throws as GetObject and HeadObject do ("Versioning", "Delete marker"). */
  find(key: string, id: string | undefined): Version & { readonly content: Content } {
    const version = id === undefined ? this.history(key)[0] : this.history(key).find((one) => one.id === id);
    if (version === undefined) {
      throw id === undefined
        ? noSuchKey(key)
        : new OssError(404, 'NoSuchVersion', 'The specified version does not exist.');
    }
    const { content } = version;
    if (content !== undefined) {
      return { ...version, content };
    }
    const headers = { 'x-oss-delete-marker': 'true', 'x-oss-version-id': version.id };
    throw id === undefined
      ? noSuchKey(key, headers)
      : new OssError(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.', {
          headers,
        });
  }

  /** Makes content, or a delete marker, the current version. */
  add(key: string, content?: Content): Version {
    const id = this.versioning === 'Enabled' ? `CAEQ${randomUUID().replaceAll('-', '')}` : 'null';
    const version = { id, modifiedAt: this.#now(), ...(content && { content }) };
    const older = this.history(key).filter((one) => one.id !== id);
    this.#set(key, [version, ...older]);
    return version;
  }

  /** DeleteObject without a version: a delete marker where versions are kept, or were; else the end of the object. */
  remove(key: string): Version | undefined {
    if (this.versioning !== undefined) {
      return this.add(key);
    }
    this.#set(key, []);
    return undefined;
  }

  /** DeleteObject of a version: it is gone for good. */
  removeVersion(key: string, id: string): Version | undefined {
    const version = this.history(key).find((one) => one.id === id);
    this.#set(
      key,
      this.history(key).filter((one) => one.id !== id),
    );
    return version;
  }

  #set(key: string, versions: Version[]): void {
    if (versions.length === 0) {
      this.#keys.delete(key);
    } else {
      this.#keys.set(key, versions);
    }
  }
}

/** What PutObject makes of bytes: the ETag is their MD5. */
export function normalContent(bytes: Uint8Array, headers: KeptHeaders): Content {
  return { bytes, etag: md5Of(bytes), crc64: crc64ecma(bytes), type: 'Normal', headers };
}

export function partOf(bytes: Uint8Array): Part {
  return { bytes, etag: md5Of(bytes), crc64: crc64ecma(bytes) };
}

/** The MD5 in the upper-case digits of OSS's ETags. */
export function md5Of(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex').toUpperCase();
}

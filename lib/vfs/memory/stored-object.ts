import { createHash } from 'node:crypto';
import { digestBytes } from '../checksums.ts';
import type {
  ChecksumAlgorithm,
  ChecksumSet,
  ContentHeaders,
  Metadata,
  ObjectEntry,
  ObjectKey,
  ObjectStat,
  Revision,
  VersionId,
  Written,
} from '../types.ts';

/** The digests that a memory store knows of every object. */
export const storedAlgorithms: readonly ChecksumAlgorithm[] = ['sha256', 'md5', 'crc64nvme'];

/** What a caller stores. */
export interface ObjectContent {
  readonly bytes: Uint8Array;
  readonly headers: ContentHeaders;
  readonly metadata: Metadata;
}

/** One object at rest. Its digests are computed when somebody first asks. */
export class StoredObject implements ObjectContent {
  readonly kind = 'content';
  readonly bytes: Uint8Array;
  readonly headers: ContentHeaders;
  readonly metadata: Metadata;
  readonly modifiedAt: Date;
  readonly versionId: VersionId | undefined;
  readonly #revision: Revision | undefined;
  #md5: string | undefined;
  #checksums: Promise<ChecksumSet> | undefined;

  /** Without a revision of its own, the object's revision is derived from its content. */
  constructor(
    { bytes, headers, metadata }: ObjectContent,
    facts: { readonly modifiedAt: Date; readonly revision?: Revision; readonly versionId?: VersionId },
  ) {
    this.bytes = bytes;
    this.headers = headers;
    this.metadata = metadata;
    this.modifiedAt = facts.modifiedAt;
    this.versionId = facts.versionId;
    this.#revision = facts.revision;
  }

  get revision(): Revision {
    return this.#revision ?? (`content-${this.md5}` as Revision);
  }

  get md5(): string {
    this.#md5 ??= createHash('md5').update(this.bytes).digest('hex');
    return this.#md5;
  }

  get checksums(): Promise<ChecksumSet> {
    this.#checksums ??= digestBytes(this.bytes, storedAlgorithms);
    return this.#checksums;
  }

  async stat(key: ObjectKey): Promise<ObjectStat> {
    const { bytes, revision, modifiedAt, headers, metadata, versionId } = this;
    const checksums = await this.checksums;
    const stat = { key, size: bytes.byteLength, revision, checksums, modifiedAt, headers, metadata };
    return versionId === undefined ? stat : { ...stat, versionId };
  }

  /** The answer to the write that stored it. */
  async written(): Promise<Written> {
    const { revision, versionId } = this;
    const written = { revision, checksums: await this.checksums };
    return versionId === undefined ? written : { ...written, versionId };
  }

  /** A listing carries what costs no more than reading the bytes once. */
  entry(key: ObjectKey): ObjectEntry {
    const { bytes, revision, modifiedAt, md5 } = this;
    return { key, size: bytes.byteLength, revision, checksums: { md5 }, contentTag: md5, modifiedAt };
  }
}

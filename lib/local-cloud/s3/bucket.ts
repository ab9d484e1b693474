import type { PolicyDocument } from '../policy.ts';
import type { ChecksumAlgorithm, ChecksumType } from './checksums.ts';
import type { Content } from './content.ts';
import { type NotificationConfiguration, noNotifications } from './notification-types.ts';
import { type Encryption, nullVersion, type ObjectAttributes, type Tag, VersionIndex } from './versions.ts';
import type { XmlElement } from './xml.ts';

/** The four switches of S3 Block Public Access. */
export interface PublicAccessBlock {
  readonly BlockPublicAcls: boolean;
  readonly IgnorePublicAcls: boolean;
  readonly BlockPublicPolicy: boolean;
  readonly RestrictPublicBuckets: boolean;
}

/** A bucket policy as it was put, and as it is judged. */
export interface BucketPolicy {
  readonly text: string;
  readonly document: PolicyDocument;
  readonly isPublic: boolean;
}

/** What a bucket encrypts with when a write does not say. */
export interface DefaultEncryption {
  readonly algorithm: Encryption['algorithm'];
  readonly keyId?: string;
  readonly bucketKey: boolean;
}

/** A part of an upload that is not completed yet. */
export interface UploadedPart {
  readonly number: number;
  readonly etag: string;
  readonly content: Content;
  readonly md5: Buffer;
  readonly checksum: Buffer;
  readonly lastModified: number;
}

/** A multipart upload that is neither completed nor aborted. */
export interface Upload extends ObjectAttributes {
  readonly id: string;
  readonly key: string;
  readonly tags: readonly Tag[];
  /** Milliseconds since the epoch. */
  readonly initiated: number;
  readonly checksum: {
    readonly algorithm: ChecksumAlgorithm;
    readonly type: ChecksumType;
    /** False when the client named no algorithm, and S3 chose. */
    readonly chosen: boolean;
  };
  readonly parts: Map<number, UploadedPart>;
}

/** One bucket: who owns it, how it is set up, and everything in it. */
export class Bucket {
  readonly name: string;
  readonly region: string;
  /** The account that owns it. */
  readonly owner: string;
  readonly createdAt: number;
  readonly versions = new VersionIndex();
  readonly uploads = new Map<string, Upload>();

  versioning: 'Enabled' | 'Suspended' | undefined = undefined;
  encryption: DefaultEncryption = { algorithm: 'AES256', bucketKey: false };
  policy: BucketPolicy | undefined = undefined;
  // As for every bucket made since April 2023.
  publicAccessBlock: PublicAccessBlock | undefined = {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  };
  lifecycle: readonly XmlElement[] | undefined = undefined;
  notifications: NotificationConfiguration = noNotifications;

  constructor(name: string, region: string, owner: string, createdAt: number) {
    this.name = name;
    this.region = region;
    this.owner = owner;
    this.createdAt = createdAt;
  }

  get arn(): string {
    return `arn:aws:s3:::${this.name}`;
  }

  /** The id of the next version to be written, made by `random` where versions are kept. */
  nextVersionId(random: () => string): string {
    return this.versioning === 'Enabled' ? random() : nullVersion;
  }

  /** The version id as answers show it: not at all while the bucket has never been versioned. */
  shownVersionId(versionId: string): string | undefined {
    return this.versioning === undefined ? undefined : versionId;
  }
}

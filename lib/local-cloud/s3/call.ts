import type { Identity } from '../identity.ts';
import type { Bucket } from './bucket.ts';
import type { Content } from './content.ts';
import type { ObjectChange } from './events.ts';
import type { BodySource } from './request-body.ts';
import type { XmlNode } from './xml.ts';

/** Sizes, in bytes, that a test may want other than S3 has them. */
export interface Limits {
  /** Of every part of a multipart upload but the last; S3: 5 MiB. */
  readonly minimumPartSize: number;
  /** Of a single PUT, a part, and the source of a copy; S3: 5 GiB. */
  readonly maximumPutSize: number;
  /** Larger bodies are digested, but not kept in memory. */
  readonly discardBodiesAbove: number;
}

/** The state behind all requests. */
export interface Service {
  readonly buckets: Map<string, Bucket>;
  readonly limits: Limits;
  /** Milliseconds since the epoch. */
  now(): number;
  newVersionId(): string;
  /** Tells whoever asked for it that an object changed. */
  publish(bucket: Bucket, change: ObjectChange): void;
  /** Whether a queue or topic takes notifications from the bucket. */
  accepts(kind: 'queue' | 'topic', targetArn: string, bucket: Bucket): boolean;
  /** Sends a message that is no record, such as the test event. */
  send(kind: 'queue' | 'topic', targetArn: string, message: string, bucket: Bucket): void;
}

/** One request: routed, signed by somebody we know. */
export interface Call extends BodySource {
  readonly operation: string;
  readonly requestId: string;
  readonly hostId: string;
  readonly bucketName: string;
  /** Empty for operations on buckets. */
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
  readonly identity: Identity;
  /** The region that the request was signed for. */
  readonly region: string;
  readonly sourceIp: string;
  readonly service: Service;
}

/** A request to a bucket that exists, or to an object in it. */
export interface BucketCall extends Call {
  readonly bucket: Bucket;
}

/** The answer to a request that succeeded. */
export interface Reply {
  /** 200 unless said. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly xml?: { readonly root: string; readonly node: XmlNode | string };
  readonly text?: string;
  /** Part of an object's content, from `start` up to `end`. */
  readonly content?: { readonly source: Content; readonly start: number; readonly end: number };
}

import type { IncomingMessage } from 'node:http';
import { ApiError, noBucket } from './api-error.ts';
import type { Bucket } from './bucket.ts';

/** One request to the JSON API, taken apart. */
export interface Call {
  readonly operation: string;
  readonly request: IncomingMessage;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** Decoded path segments that the route leaves open: buckets and objects, in the order of the path. */
  readonly names: readonly string[];
}

/** What is answered. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A document, or bytes as they are. */
  readonly body?: object | Buffer;
}

/** What the operations work on. */
export interface State {
  readonly buckets: Map<string, Bucket>;
  readonly sessions: Map<string, Session>;
  /** Bytes that one request of a rewrite copies, and names that one page holds at most. */
  readonly limits: { rewriteBytes: number; pageSize: number };
  readonly endpoint: () => string;
}

/** A resumable upload that was begun. */
export interface Session {
  readonly bucket: Bucket;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly query: Call['query'];
  readonly size: number;
  received: Buffer;
}

export type Operation = (call: Call, body: Buffer, state: State) => Answer;

/** The bucket that a call names. Throws where there is none. */
export function bucketOf({ buckets }: State, { names }: Call, index = 0): Bucket {
  const bucket = buckets.get(names[index] ?? '');
  if (bucket === undefined) {
    throw noBucket();
  }
  return bucket;
}

/** A document that was sent. Refuses access control lists, which a bucket with uniform bucket-level access does not have. */
export function documentIn(body: Buffer | string): Readonly<Record<string, unknown>> {
  let document: Record<string, unknown>;
  try {
    document = JSON.parse(body.toString());
  } catch {
    throw new ApiError(400, 'parseError', 'Parse Error');
  }
  if ('acl' in document) {
    throw refusedAcl();
  }
  return document;
}

/** https://cloud.google.com/storage/docs/uniform-bucket-level-access */
export function refusedAcl(): ApiError {
  const message = 'Cannot insert legacy ACL for an object when uniform bucket-level access is enabled.';
  return new ApiError(400, 'invalid', message);
}

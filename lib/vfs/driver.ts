import type { BucketSettings } from './bucket-settings.ts';
import type { Capabilities } from './capabilities.ts';
import type { MultipartDriver } from './multipart.ts';
import type {
  BodySource,
  CallOptions,
  CopyOptions,
  DeleteOptions,
  ListOptions,
  ListPage,
  ObjectKey,
  ObjectStat,
  ReadOptions,
  ReadResult,
  WriteOptions,
  Written,
} from './types.ts';
import type { VersionsDriver } from './versions.ts';

/**
 * What a storage system must provide. Everything else lives in `Store`.
 *
 * Rules for every method:
 * - Options are complete and validated: `Store` parses keys and refuses what `capabilities` denies before it calls.
 * - Failures reject with `VfsError`. A driver maps its vendor's errors, in one place; it does not retry, log or time.
 * - One call is one request, except where the method says otherwise.
 * - An aborted `signal` rejects at the next wait, with any error; `Store` turns it into `Aborted`.
 * - 403 is `PermissionDenied`, never absence.
 * - A driver holds no state between calls beyond its client.
 */
export interface Driver {
  /** Store address for messages and reports: `s3://bucket/prefix`, no trailing slash. Never holds credentials. */
  readonly url: string;
  readonly capabilities: Capabilities;

  /** Describes the object. Rejects with `NotFound`. */
  stat(key: ObjectKey, options: CallOptions): Promise<ObjectStat>;

  /**
   * Opens the object. Rejects with `NotFound`, or `PreconditionFailed` when `ifMatch` does not hold. Resolves to
   * undefined when `unless` names the revision that the object still has.
   *
   * The stat describes the very bytes of the body: a concurrent overwrite shows up as the old pair or the new pair,
   * never as a mixture. The caller iterates the body to its end or cancels it. A body that ends early, or whose bytes
   * are not those the store promised, rejects while it is iterated.
   */
  read(key: ObjectKey, options: ReadOptions): Promise<ReadResult | undefined>;

  /**
   * Stores the whole source under the key, or nothing.
   *
   * No reader sees a partial object. Resolves once the object is durable. Rejects with `AlreadyExists` (`if-absent`) or
   * `PreconditionFailed` (`if-match`, also when the key is absent) when the precondition does not hold; with
   * `ChecksumMismatch` when the bytes do not have the source's size or digests.
   */
  write(key: ObjectKey, source: BodySource, options: WriteOptions): Promise<Written>;

  /**
   * Removes the object. Without a precondition, deleting an absent key succeeds; with `if-match`, an absent key or
   * another revision rejects with `PreconditionFailed`. In a store that keeps versions, the content stays in the
   * history.
   */
  delete(key: ObjectKey, options: DeleteOptions): Promise<void>;

  /** Returns one page of entries. Never rejects because of a key that it meets. */
  listPage(options: ListOptions): Promise<ListPage>;

  /**
   * Copies inside the storage system, without moving bytes through us. `source` may be wrapped: see `unwrap`. Headers
   * and metadata of the copy are those given.
   *
   * Resolves to undefined when this pair of stores cannot do it, or not under this precondition; the caller then sends
   * the bytes. Absent on drivers that never can.
   */
  copyFrom?(source: Driver, from: ObjectKey, to: ObjectKey, options: CopyOptions): Promise<Written | undefined>;

  readonly multipart?: MultipartDriver;
  readonly versions?: VersionsDriver;

  /**
   * Tells how the bucket is set up, in as many requests as that takes. A question that is denied, or that the store does not
   * know, is an answer of its own; rejects only where nothing can be learnt at all. Absent on drivers that cannot ask.
   */
  bucketSettings?(options: CallOptions): Promise<BucketSettings>;

  /** Layers only: the driver that this one wraps. */
  readonly inner?: Driver;

  /** Layers only: the key by which the wrapped driver knows `key`. Absent where it is the same. */
  innerKey?(key: ObjectKey): ObjectKey;

  /** Releases clients. No call follows. */
  close?(): Promise<void>;
}

/**
 * The store's own driver beneath all layers, and the key by which it knows the object: what a server-side copy needs of
 * its source.
 */
export function unwrap(driver: Driver, key: ObjectKey): { readonly driver: Driver; readonly key: ObjectKey } {
  return driver.inner === undefined ? { driver, key } : unwrap(driver.inner, driver.innerKey?.(key) ?? key);
}

/** Wraps a driver in another: retry, timeout, instrumentation, fault injection. */
export type Layer = (inner: Driver) => Driver;

/** Applies layers inside out: `compose(driver, timeout, retry)` retries timed-out calls. */
export function compose(driver: Driver, ...layers: readonly Layer[]): Driver {
  return layers.reduce((inner, layer) => layer(inner), driver);
}

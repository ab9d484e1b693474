/**
 * A hint that a key of a bucket may have changed.
 *
 * Never the truth: events come late, twice, out of order or not at all. Whoever handles one looks at the store. Only `bucket` and
 * `key` decide anything; the rest is for logs and figures.
 */
export interface ObjectEvent {
  readonly bucket: string;
  /**
   * The key as the bucket names it: decoded, and not yet relative to a store's prefix. Valid Unicode and never empty, but not
   * always a key that a store accepts: a folder made in the AWS console is an event for a key that ends in `/`.
   */
  readonly key: string;
  /** What the sender says has happened to the key. */
  readonly change: 'created' | 'removed';
  /** The sender's own name for what happened, for example `ObjectCreated:Put`. */
  readonly cause: string;
  /** Content length in bytes, of the object that was written; some senders give that of the object that was removed. */
  readonly size?: number;
  /** The entity tag as the sender writes it, mostly without quotes. No `Revision`: stores and their events may differ in it. */
  readonly etag?: string;
  readonly versionId?: string;
  /** Orders the events of one key of one bucket on AWS. Ceph's and MinIO's do not compare, so nothing is decided by it. */
  readonly sequencer?: string;
  /** When it happened, by the sender's clock. Absent where the sender does not say in which time zone. */
  readonly time?: Date;
}

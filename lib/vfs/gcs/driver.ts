import type { BucketSettings } from '../bucket-settings.ts';
import type { Capabilities } from '../capabilities.ts';
import type { Driver } from '../driver.ts';
import type { MultipartDriver } from '../multipart.ts';
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
} from '../types.ts';
import type { VersionsDriver } from '../versions.ts';
import type { GcsConnection } from './connection.ts';
import { copyObject } from './copy.ts';
import { listObjects } from './list.ts';
import { GcsMultipart } from './multipart.ts';
import { readObject, statObject } from './read.ts';
import { GcsVersions } from './versions.ts';
import { deleteObject, writeObject } from './write.ts';

/** A bucket of Google Cloud Storage. A revision is a generation; `.statesync/` at the bucket's root is the driver's own. */
export class GcsDriver implements Driver {
  readonly url: string;
  readonly capabilities: Capabilities;
  readonly multipart: MultipartDriver;
  readonly versions: VersionsDriver;
  /** By which another bucket knows that it can copy from this one. */
  readonly connection: GcsConnection;

  constructor(connection: GcsConnection) {
    this.connection = connection;
    this.url = connection.settings.url;
    this.capabilities = connection.settings.capabilities;
    this.multipart = new GcsMultipart(connection);
    this.versions = new GcsVersions(connection);
  }

  stat(key: ObjectKey, { signal }: CallOptions): Promise<ObjectStat> {
    return statObject(this.connection, key, this.connection.attempt('stat', key), signal);
  }

  read(key: ObjectKey, options: ReadOptions): Promise<ReadResult | undefined> {
    return readObject(this.connection, key, options, this.connection.attempt('read', key));
  }

  write(key: ObjectKey, source: BodySource, options: WriteOptions): Promise<Written> {
    return writeObject(this.connection, key, source, options);
  }

  delete(key: ObjectKey, options: DeleteOptions): Promise<void> {
    return deleteObject(this.connection, key, options);
  }

  listPage(options: ListOptions): Promise<ListPage> {
    return listObjects(this.connection, options);
  }

  copyFrom(source: Driver, from: ObjectKey, to: ObjectKey, options: CopyOptions): Promise<Written | undefined> {
    return copyObject(this.connection, source, from, to, options);
  }

  /** Two requests: the bucket, and who it lets in. */
  async bucketSettings({ signal }: CallOptions): Promise<BucketSettings> {
    const { readBucketSettings } = await import('./bucket-settings.ts'); // No replicator asks.
    return readBucketSettings(this.connection, signal);
  }

  async close(): Promise<void> {
    this.connection.close();
  }
}

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
import type { OssConnection } from './connection.ts';
import { copyObject } from './copy.ts';
import { listObjects } from './list.ts';
import { OssMultipart } from './multipart.ts';
import { readObject, statObject } from './read.ts';
import { OssVersions } from './versions.ts';
import { deleteObject, writeObject } from './write.ts';

/** A bucket of Alibaba Cloud Object Storage Service. */
export class OssDriver implements Driver {
  readonly url: string;
  readonly capabilities: Capabilities;
  readonly multipart: MultipartDriver;
  readonly versions: VersionsDriver;
  /** By which another bucket knows that it can copy from this one. */
  readonly connection: OssConnection;

  constructor(connection: OssConnection) {
    this.connection = connection;
    this.url = connection.settings.url;
    this.capabilities = connection.settings.capabilities;
    this.multipart = new OssMultipart(connection);
    this.versions = new OssVersions(connection);
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

  async close(): Promise<void> {
    this.connection.close();
  }
}

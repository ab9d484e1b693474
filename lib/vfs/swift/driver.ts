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
import type { SwiftConnection } from './connection.ts';
import { copyObject } from './copy.ts';
import { LargeObjects } from './large-objects.ts';
import { listObjects } from './list.ts';
import { SwiftMultipart } from './multipart.ts';
import { readObject, statObject } from './read.ts';
import { deleteObject, writeObject } from './write.ts';

/**
 * A container of OpenStack Swift.
 *
 * Reads and stats ask for the newest that any of an object's servers has (`X-Newest`). Where the container holds segments of large objects, a write
 * and a delete look first whether they replace one, and remove its segments afterwards.
 */
export class SwiftDriver implements Driver {
  readonly url: string;
  readonly capabilities: Capabilities;
  readonly multipart: MultipartDriver;
  /** By which another container knows that it can copy from this one. */
  readonly connection: SwiftConnection;
  readonly #large: LargeObjects;

  constructor(connection: SwiftConnection) {
    this.connection = connection;
    this.url = connection.settings.url;
    this.capabilities = connection.settings.capabilities;
    this.#large = new LargeObjects(connection);
    this.multipart = new SwiftMultipart(connection, this.#large);
  }

  stat(key: ObjectKey, { signal }: CallOptions): Promise<ObjectStat> {
    return statObject(this.connection, key, this.connection.attempt('stat', key), signal);
  }

  read(key: ObjectKey, options: ReadOptions): Promise<ReadResult | undefined> {
    return readObject(this.connection, key, options);
  }

  write(key: ObjectKey, source: BodySource, options: WriteOptions): Promise<Written> {
    return writeObject(this.connection, this.#large, key, source, options);
  }

  delete(key: ObjectKey, options: DeleteOptions): Promise<void> {
    return deleteObject(this.connection, this.#large, key, options);
  }

  listPage(options: ListOptions): Promise<ListPage> {
    return listObjects(this.connection, options);
  }

  copyFrom(source: Driver, from: ObjectKey, to: ObjectKey, options: CopyOptions): Promise<Written | undefined> {
    return copyObject(this.connection, this.#large, source, from, to, options);
  }

  async close(): Promise<void> {
    this.connection.close();
  }
}

import type { Capabilities } from '../capabilities.ts';
import type { Driver } from '../driver.ts';
import type {
  BodySource,
  CallOptions,
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
import type { VaultConnection } from './connection.ts';
import { listObjects } from './list.ts';
import { readObject, statObject } from './read.ts';
import { VaultVersions } from './versions.ts';
import { deleteObject, writeObject } from './write.ts';

/** A KV secrets engine of version 2 in HashiCorp Vault, or in what speaks its API: one secret for each object. */
export class VaultDriver implements Driver {
  readonly url: string;
  readonly capabilities: Capabilities;
  readonly versions: VersionsDriver;
  readonly #connection: VaultConnection;

  constructor(connection: VaultConnection) {
    this.#connection = connection;
    this.url = connection.settings.url;
    this.capabilities = connection.settings.capabilities;
    this.versions = new VaultVersions(connection);
  }

  stat(key: ObjectKey, options: CallOptions): Promise<ObjectStat> {
    return statObject(this.#connection, key, options);
  }

  read(key: ObjectKey, options: ReadOptions): Promise<ReadResult | undefined> {
    return readObject(this.#connection, key, options);
  }

  write(key: ObjectKey, source: BodySource, options: WriteOptions): Promise<Written> {
    return writeObject(this.#connection, key, source, options);
  }

  delete(key: ObjectKey, options: DeleteOptions): Promise<void> {
    return deleteObject(this.#connection, key, options);
  }

  listPage(options: ListOptions): Promise<ListPage> {
    return listObjects(this.#connection, options);
  }

  async close(): Promise<void> {
    this.#connection.close();
  }
}

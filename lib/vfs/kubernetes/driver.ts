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
import type { KubernetesConnection } from './connection.ts';
import { deleteObject } from './delete.ts';
import { listObjects } from './list.ts';
import { readObject, statObject } from './read.ts';
import { writeObject } from './write.ts';

/**
 * The Secrets of a Kubernetes namespace as a store: one Secret for each object. Secrets without our label are not of the store and are left alone.
 *
 * What it is allowed to do must be, in the namespace: `get`, `list`, `create`, `update` and `delete` on `secrets`, and `get` on the
 * namespace itself, so that a missing one is told from an empty one.
 */
export class KubernetesDriver implements Driver {
  readonly url: string;
  readonly capabilities: Capabilities;
  readonly #connection: KubernetesConnection;

  constructor(connection: KubernetesConnection) {
    this.#connection = connection;
    this.url = connection.settings.url;
    this.capabilities = connection.settings.capabilities;
  }

  stat(key: ObjectKey, { signal }: CallOptions): Promise<ObjectStat> {
    return statObject(this.#connection, key, signal);
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

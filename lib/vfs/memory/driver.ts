import type { Capabilities } from '../capabilities.ts';
import type { Driver } from '../driver.ts';
import { isKey } from '../keys.ts';
import { startOf, takePage, walkKeys } from '../listing.ts';
import type { MultipartDriver } from '../multipart.ts';
import type {
  BodySource,
  CallOptions,
  CopyOptions,
  DeleteOptions,
  ListOptions,
  ListPage,
  ObjectEntry,
  ObjectKey,
  ObjectStat,
  ReadOptions,
  ReadResult,
  WriteOptions,
  Written,
} from '../types.ts';
import type { VersionsDriver } from '../versions.ts';
import { memoryCapabilities } from './capabilities.ts';
import { MemorySpace, type SpaceOptions } from './space.ts';
import { accessOf, rememberAccess, SpaceAccess } from './space-access.ts';
import { memoryUploads } from './uploads.ts';
import { memoryVersions } from './versions.ts';

const maxPageSize = 1000;

export interface MemoryOptions extends SpaceOptions {
  /** @default 'memfs://memory' */
  readonly url?: string;
  /** What another driver holds too. How it keeps revisions, versions and time was decided when it was made. */
  readonly space?: MemorySpace;
  /** What to do less than everything: limits and missing capabilities to test with. */
  readonly capabilities?: Partial<Capabilities>;
}

/**
 * A store in memory: the reference for what a driver does. It does everything that the seam knows, and nothing but that.
 *
 * A mutation happens in one step, once all its bytes have arrived.
 */
export function createMemoryDriver({
  url = 'memfs://memory',
  space,
  capabilities = {},
  ...options
}: MemoryOptions = {}): Driver {
  return new MemoryDriver(new SpaceAccess(space ?? new MemorySpace(options), url), url, capabilities);
}

class MemoryDriver implements Driver {
  readonly url: string;
  readonly capabilities: Capabilities;
  readonly multipart: MultipartDriver;
  readonly versions?: VersionsDriver;
  readonly #access: SpaceAccess;

  constructor(access: SpaceAccess, url: string, limits: Partial<Capabilities>) {
    this.url = url;
    this.#access = access;
    this.capabilities = { ...memoryCapabilities, versions: access.space.versioned, ...limits };
    this.multipart = memoryUploads(access);
    if (access.space.versioned) {
      this.versions = memoryVersions(access);
    }
    rememberAccess(this, access);
  }

  async stat(key: ObjectKey, { signal }: CallOptions): Promise<ObjectStat> {
    signal.throwIfAborted();
    return this.#access.existing(key, 'stat').stat(key);
  }

  async read(key: ObjectKey, { ifMatch, unless, ...options }: ReadOptions): Promise<ReadResult | undefined> {
    options.signal.throwIfAborted();
    const stored = this.#access.pinned(key, ifMatch, 'read');
    return stored.revision === unless ? undefined : this.#access.open(stored, key, options);
  }

  async write(key: ObjectKey, source: BodySource, options: WriteOptions): Promise<Written> {
    const { headers, metadata, precondition, signal } = options;
    const bytes = await this.#access.receive(source, key, 'write', signal);
    return this.#access.put(key, { bytes, headers, metadata }, precondition, 'write').written();
  }

  async delete(key: ObjectKey, { signal, precondition }: DeleteOptions): Promise<void> {
    signal.throwIfAborted();
    this.#access.space.remove(key, precondition, { operation: 'delete', target: this.#access.target(key) });
  }

  async listPage(options: ListOptions): Promise<ListPage> {
    options.signal.throwIfAborted();
    const { space } = this.#access;
    const pageSize = Math.min(options.pageSize ?? maxPageSize, maxPageSize);
    const { items, ...next } = await takePage(walkKeys(space.keys, options, startOf(options)), pageSize);
    const entries: ObjectEntry[] = [];
    const prefixes: string[] = [];
    const markers: string[] = [];
    for (const { kind, text } of items) {
      if (kind === 'prefix') {
        prefixes.push(text);
      } else if (isKey(text)) {
        entries.push(this.#access.existing(text, 'list').entry(text));
      } else {
        markers.push(text);
      }
    }
    return { entries, prefixes, markers, ...next };
  }

  async copyFrom(source: Driver, from: ObjectKey, to: ObjectKey, options: CopyOptions): Promise<Written | undefined> {
    options.signal.throwIfAborted();
    const origin = accessOf(source, from);
    if (origin === undefined) {
      return undefined;
    }
    const { bytes } = origin.access.pinned(origin.key, options.sourceIfMatch, 'copy');
    const { headers, metadata, precondition } = options;
    return this.#access.put(to, { bytes, headers, metadata }, precondition, 'copy').written();
  }
}

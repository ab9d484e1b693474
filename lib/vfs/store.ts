import { setMaxListeners } from 'node:events';
import type { BucketSettings } from './bucket-settings.ts';
import { whyNotRange } from './byte-range.ts';
import type { Capabilities } from './capabilities.ts';
import type { Driver } from './driver.ts';
import { isVfsError } from './errors.ts';
import { callDriver, parseKeyOf, refuseUnless, storeError } from './store-call.ts';
import { StoreUploads } from './store-uploads.ts';
import { StoreVersions } from './store-versions.ts';
import type {
  BodySource,
  ByteRange,
  ContentHeaders,
  ListPage,
  Metadata,
  ObjectEntry,
  ObjectKey,
  ObjectStat,
  Precondition,
  ReadResult,
  Revision,
  Written,
} from './types.ts';

/** For calls without a signal; many of them may run at once. */
const never = new AbortController().signal;
setMaxListeners(0, never);

export interface Call {
  readonly signal?: AbortSignal;
}

export interface ReadCall extends Call {
  readonly range?: ByteRange;
  readonly ifMatch?: Revision;
}

export interface WriteCall extends Call {
  /** @default { kind: 'none' } */
  readonly precondition?: Precondition;
  readonly headers?: ContentHeaders;
  readonly metadata?: Metadata;
}

export interface DeleteCall extends Call {
  /** @default { kind: 'none' } */
  readonly precondition?: Exclude<Precondition, { readonly kind: 'if-absent' }>;
}

export interface CopyCall extends WriteCall {
  readonly sourceIfMatch: Revision;
}

export interface ListCall extends Call {
  readonly startAfter?: string;
  readonly pageSize?: number;
}

/**
 * What callers hold: one store of any kind.
 *
 * Written once, so that every driver behaves alike: it parses keys, refuses what the driver cannot do before any
 * request, and turns aborts into `Aborted`. Every method rejects with `VfsError` and takes a `signal`.
 */
export class Store {
  /** `s3://bucket/prefix`, no trailing slash. */
  readonly url: string;
  readonly capabilities: Capabilities;
  /** Objects written in parts. */
  readonly uploads: StoreUploads;
  /** The history of keys. */
  readonly versions: StoreVersions;
  readonly driver: Driver;

  constructor(driver: Driver) {
    this.url = driver.url;
    this.capabilities = driver.capabilities;
    this.driver = driver;
    this.uploads = new StoreUploads(driver);
    this.versions = new StoreVersions(driver);
  }

  /** Describes the object. Rejects with `NotFound`. */
  stat(key: string, { signal = never }: Call = {}): Promise<ObjectStat> {
    return this.#call('stat', key, signal, (k) => this.driver.stat(k, { signal }));
  }

  /** Describes the object, or resolves to undefined where there is none. */
  async find(key: string, call: Call = {}): Promise<ObjectStat | undefined> {
    return undefinedWhenAbsent(this.stat(key, call));
  }

  /**
   * Opens the object, or a range of it. Rejects with `NotFound`, and with `PreconditionFailed` when it has another
   * revision.
   */
  read(key: string, { signal = never, ...options }: ReadCall = {}): Promise<ReadResult> {
    return this.#call('read', key, signal, async (k) => {
      this.#refuseRead(k, options);
      const result = await this.driver.read(k, { signal, ...options });
      if (result === undefined) {
        throw storeError(
          this.driver,
          'Unknown',
          'read',
          k,
          'the driver answered "unchanged" to a read that did not ask',
        );
      }
      return result;
    });
  }

  /** Opens the object unless it still has this revision; then resolves to 'unchanged'. Rejects with `NotFound`. */
  readUnless(key: string, unless: Revision, { signal = never }: Call = {}): Promise<ReadResult | 'unchanged'> {
    return this.#call('read', key, signal, async (k) => {
      this.#refuse('read', k, this.capabilities.readUnless, 'a read with "unless"');
      return (await this.driver.read(k, { signal, unless })) ?? 'unchanged';
    });
  }

  /** Stores the whole source under the key, or nothing. */
  write(key: string, source: BodySource, call: WriteCall = {}): Promise<Written> {
    const { signal = never, ...options } = withDefaults(call);
    return this.#call('write', key, signal, (k) => {
      this.#refuseWrite('write', k, options);
      this.#refuseSize(k, source.size);
      return this.driver.write(k, source, { signal, ...options });
    });
  }

  /** Removes the object. */
  delete(key: string, { signal = never, precondition = { kind: 'none' } }: DeleteCall = {}): Promise<void> {
    return this.#call('delete', key, signal, (k) => {
      this.#refuse(
        'delete',
        k,
        precondition.kind === 'none' || this.capabilities.deleteIfMatch,
        'a delete with "if-match"',
      );
      return this.driver.delete(k, { signal, precondition });
    });
  }

  /**
   * Copies an object of another store on the server side; resolves to undefined where that cannot be done, and bytes
   * must be sent.
   */
  copyFrom(source: Store, from: string, to: string, call: CopyCall): Promise<Written | undefined> {
    const { signal = never, sourceIfMatch, ...rest } = call;
    const options = withDefaults(rest);
    return this.#call('copy', to, signal, async (k) => {
      const conditional = options.precondition.kind !== 'none';
      if (!this.capabilities.copy || (conditional && !this.capabilities.copyConditional)) {
        return undefined;
      }
      const origin = parseKeyOf(source.driver, 'copy', from);
      return this.driver.copyFrom?.(source.driver, origin, k, { ...options, signal, sourceIfMatch });
    });
  }

  /** One page of a listing. */
  listPage(
    prefix: string,
    { signal = never, ...options }: ListCall & { readonly delimiter?: '/'; readonly pageToken?: string } = {},
  ): Promise<ListPage> {
    return callDriver(this.driver, 'list', prefix, signal, async () => {
      const { listDelimiter, listStartAfter } = this.capabilities;
      this.#refuse('list', prefix, options.delimiter === undefined || listDelimiter, 'a listing with a delimiter');
      this.#refuse('list', prefix, options.startAfter === undefined || listStartAfter, 'a listing with "start after"');
      return this.driver.listPage({ signal, prefix, ...options });
    });
  }

  /** Lists the entries under a prefix, asking for the next page while the caller works through this one. */
  async *list(prefix = '', options: ListCall = {}): AsyncGenerator<ObjectEntry, void, undefined> {
    let next: Promise<ListPage> | undefined = this.listPage(prefix, options);
    try {
      while (next !== undefined) {
        const { entries, nextPageToken }: ListPage = await next;
        next =
          nextPageToken === undefined ? undefined : this.listPage(prefix, { ...options, pageToken: nextPageToken });
        next?.catch(() => {}); // The next turn awaits it and sees the failure; a caller who stops early need not.
        yield* entries;
      }
    } finally {
      await Promise.allSettled([next]); // No request outlives the listing.
    }
  }

  /** How the bucket is set up; resolves to undefined for a kind of store that is not asked. */
  bucketSettings({ signal = never }: Call = {}): Promise<BucketSettings | undefined> {
    return callDriver(this.driver, 'bucketSettings', '', signal, async () => this.driver.bucketSettings?.({ signal }));
  }

  /** Releases clients. No call follows. */
  async close(): Promise<void> {
    await this.driver.close?.();
  }

  #refuseRead(key: string, { range, ifMatch }: Omit<ReadCall, 'signal'>): void {
    const reason = range && whyNotRange(range);
    if (reason !== undefined) {
      throw storeError(this.driver, 'InvalidArgument', 'read', key, reason);
    }
    this.#refuse('read', key, range === undefined || this.capabilities.readRange, 'a read of a range');
    this.#refuse('read', key, ifMatch === undefined || this.capabilities.readIfMatch, 'a read with "if-match"');
  }

  #refuseWrite(operation: string, key: string, { precondition }: { readonly precondition: Precondition }): void {
    const { writeIfAbsent, writeIfMatch } = this.capabilities;
    const able = { none: true, 'if-absent': writeIfAbsent, 'if-match': writeIfMatch }[precondition.kind];
    this.#refuse(operation, key, able, `a write with "${precondition.kind}"`);
  }

  #refuseSize(key: string, size: number): void {
    const { maxWriteSize } = this.capabilities;
    if (size > maxWriteSize) {
      const reason = `${size} bytes, and one write to this store takes at most ${maxWriteSize}`;
      throw storeError(this.driver, 'TooLarge', 'write', key, reason);
    }
  }

  #refuse(operation: string, key: string, able: boolean, what: string): void {
    refuseUnless(able, this.driver, operation, key, what);
  }

  #call<T>(operation: string, key: string, signal: AbortSignal, run: (key: ObjectKey) => Promise<T>): Promise<T> {
    return callDriver(this.driver, operation, key, signal, async () => run(parseKeyOf(this.driver, operation, key)));
  }
}

/** Turns the one error that means absence into undefined. */
export async function undefinedWhenAbsent<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isVfsError(error, 'NotFound')) {
      return undefined;
    }
    throw error;
  }
}

function withDefaults<T extends WriteCall>(call: T): T & Required<Omit<WriteCall, 'signal'>> {
  return {
    ...call,
    precondition: call.precondition ?? { kind: 'none' },
    headers: call.headers ?? {},
    metadata: call.metadata ?? {},
  };
}

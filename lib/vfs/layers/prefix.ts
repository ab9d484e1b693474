import type { Driver, Layer } from '../driver.ts';
import { isKey } from '../keys.ts';
import type { MultipartDriver, Upload } from '../multipart.ts';
import type { ListPage, ObjectEntry, ObjectKey, ObjectStat, ReadResult } from '../types.ts';
import type { VersionsDriver } from '../versions.ts';

/**
 * A store inside a store: every key lies under `prefix/`, which its callers never see. The empty prefix changes
 * nothing.
 */
export function prefixed(prefix: string): Layer {
  return (inner) => (prefix === '' ? inner : new PrefixDriver(inner, `${prefix}/`));
}

class PrefixDriver implements Driver {
  readonly url: string;
  readonly capabilities: Driver['capabilities'];
  readonly inner: Driver;
  readonly copyFrom?: NonNullable<Driver['copyFrom']>;
  readonly multipart?: MultipartDriver;
  readonly versions?: VersionsDriver;
  readonly bucketSettings?: NonNullable<Driver['bucketSettings']>;
  readonly #prefix: string;

  constructor(inner: Driver, prefix: string) {
    this.inner = inner;
    this.#prefix = prefix;
    this.url = `${inner.url}/${prefix.slice(0, -1)}`;
    this.capabilities = {
      ...inner.capabilities,
      maxKeyBytes: inner.capabilities.maxKeyBytes - Buffer.byteLength(prefix),
    };
    const { copyFrom, multipart, versions, bucketSettings } = inner;
    if (copyFrom !== undefined) {
      this.copyFrom = (source, from, to, options) => copyFrom.call(inner, source, from, this.innerKey(to), options);
    }
    if (multipart !== undefined) {
      this.multipart = this.#multipart(multipart);
    }
    if (versions !== undefined) {
      this.versions = this.#versions(versions);
    }
    if (bucketSettings !== undefined) {
      this.bucketSettings = bucketSettings.bind(inner);
    }
  }

  innerKey(key: ObjectKey): ObjectKey {
    return `${this.#prefix}${key}` as ObjectKey;
  }

  async stat(key: ObjectKey, options: Parameters<Driver['stat']>[1]): Promise<ObjectStat> {
    return this.#outer(await this.inner.stat(this.innerKey(key), options));
  }

  async read(key: ObjectKey, options: Parameters<Driver['read']>[1]): Promise<ReadResult | undefined> {
    const result = await this.inner.read(this.innerKey(key), options);
    return result && { ...result, stat: this.#outer(result.stat) };
  }

  write(key: ObjectKey, ...rest: [Parameters<Driver['write']>[1], Parameters<Driver['write']>[2]]) {
    return this.inner.write(this.innerKey(key), ...rest);
  }

  delete(key: ObjectKey, options: Parameters<Driver['delete']>[1]): Promise<void> {
    return this.inner.delete(this.innerKey(key), options);
  }

  async listPage(options: Parameters<Driver['listPage']>[0]): Promise<ListPage> {
    const { startAfter, prefix } = options;
    const page = await this.inner.listPage({
      ...options,
      prefix: this.#prefix + prefix,
      ...(startAfter === undefined ? {} : { startAfter: this.#prefix + startAfter }),
    });
    const texts = page.markers.map((text) => text.slice(this.#prefix.length)).filter((text) => text !== '');
    const [entries, strangers] = this.#outerAll<ObjectEntry>(page.entries);
    return {
      ...page,
      entries,
      prefixes: page.prefixes.map((text) => text.slice(this.#prefix.length)),
      markers: [...texts, ...strangers],
    };
  }

  async close(): Promise<void> {
    await this.inner.close?.();
  }

  /** Uploads carry the outer key, as everything that callers see. */
  #multipart(multipart: MultipartDriver): MultipartDriver {
    const { copyPart, listParts } = multipart;
    const inside = (upload: Upload): Upload => ({ ...upload, key: this.innerKey(upload.key) });
    return {
      begin: async (key, options) => ({ ...(await multipart.begin(this.innerKey(key), options)), key }),
      putPart: (upload, ...rest) => multipart.putPart(inside(upload), ...rest),
      complete: (upload, ...rest) => multipart.complete(inside(upload), ...rest),
      abort: (upload, options) => multipart.abort(inside(upload), options),
      ...(copyPart && {
        copyPart: (upload: Upload, ...rest: Rest<typeof copyPart>) => copyPart.call(multipart, inside(upload), ...rest),
      }),
      ...(listParts && {
        listParts: (upload: Upload, ...rest: Rest<typeof listParts>) =>
          listParts.call(multipart, inside(upload), ...rest),
      }),
    };
  }

  #versions(versions: VersionsDriver): VersionsDriver {
    return {
      listVersions: async (options) => {
        const page = await versions.listVersions({ ...options, prefix: this.#prefix + options.prefix });
        return { ...page, versions: this.#outerAll(page.versions)[0] };
      },
      readVersion: async (key, version, options) => {
        const result = await versions.readVersion(this.innerKey(key), version, options);
        return { ...result, stat: this.#outer(result.stat) };
      },
      deleteVersion: (key, version, options) => versions.deleteVersion(this.innerKey(key), version, options),
    };
  }

  /** Apart: what is a key in the wrapped store, and none under the prefix (`prefix//name`). */
  #outerAll<T extends { readonly key: ObjectKey }>(all: readonly T[]): [inside: T[], strangers: string[]] {
    const described = all.map((one) => this.#outer(one));
    const strangers = described.map(({ key }): string => key).filter((text) => !isKey(text));
    return [described.filter(({ key }) => isKey(key)), strangers];
  }

  #outer<T extends { readonly key: ObjectKey }>(described: T): T {
    return { ...described, key: described.key.slice(this.#prefix.length) as ObjectKey };
  }
}

/** The parameters after the upload. */
type Rest<F extends (upload: Upload, ...rest: never) => unknown> =
  Parameters<F> extends [Upload, ...infer R] ? R : never;

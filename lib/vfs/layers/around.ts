import type { Driver } from '../driver.ts';
import type { Upload } from '../multipart.ts';
import type { BodySource, CallOptions, ObjectKey, Precondition } from '../types.ts';

/** One call to a driver, as a layer sees it. */
export interface DriverCall {
  /** The method's name: `stat`, `write`, `putPart`, … */
  readonly operation: string;
  /** The key, or the prefix of a listing. */
  readonly key: string;
  readonly url: string;
  /** Whether it changes what the store holds, under a condition (or a lease) that a second attempt could meet differently. */
  readonly conditional: boolean;
  /** The bytes that it sends. Absent on calls that send none. */
  readonly source?: BodySource;
  readonly signal: AbortSignal;
}

/**
 * What a layer does around each call. It may run the call any number of times, with a signal of its own, and with
 * another source of the same bytes.
 */
export type Around = <T>(call: DriverCall, run: (signal: AbortSignal, source?: BodySource) => Promise<T>) => Promise<T>;

/** A driver of which every call goes through `around`. Layers that treat all calls alike are made with it. */
export function aroundCalls(inner: Driver, around: Around): Driver {
  const through: Through = (operation, key, options, run, source) => {
    const conditional = options.precondition !== undefined && !mayBeRepeated(options.precondition);
    const common = { operation, key, url: inner.url, conditional, signal: options.signal };
    const call = source === undefined ? common : { ...common, source };
    return around(call, (signal, other) => run({ ...options, signal }, other));
  };
  const { copyFrom, multipart, versions, bucketSettings, close } = bound(inner);
  return {
    url: inner.url,
    capabilities: inner.capabilities,
    inner,
    stat: (key, options) => through('stat', key, options, (o) => inner.stat(key, o)),
    read: (key, options) => through('read', key, options, (o) => inner.read(key, o)),
    write: (key, source, options) => through('write', key, options, (o, s = source) => inner.write(key, s, o), source),
    delete: (key, options) => through('delete', key, options, (o) => inner.delete(key, o)),
    listPage: (options) => through('list', options.prefix, options, (o) => inner.listPage(o)),
    ...(copyFrom && {
      copyFrom: (source: Driver, from: ObjectKey, to: ObjectKey, options: Parameters<typeof copyFrom>[3]) =>
        through('copy', to, options, (o) => copyFrom(source, from, to, o)),
    }),
    ...(multipart && { multipart: aroundMultipart(multipart, through) }),
    ...(versions && { versions: aroundVersions(versions, through) }),
    ...(bucketSettings && {
      bucketSettings: (options: CallOptions) => through('bucketSettings', '', options, (o) => bucketSettings(o)),
    }),
    ...(close && { close }),
  };
}

function mayBeRepeated(precondition: Precondition): boolean {
  return precondition.kind === 'none' && precondition.guardedBy === undefined;
}

type Through = <O extends CallOptions, T>(
  operation: string,
  key: string,
  options: O & { readonly precondition?: Precondition },
  run: (options: O, source?: BodySource) => Promise<T>,
  source?: BodySource,
) => Promise<T>;

function bound(inner: Driver) {
  return {
    copyFrom: inner.copyFrom?.bind(inner),
    multipart: inner.multipart,
    versions: inner.versions,
    bucketSettings: inner.bucketSettings?.bind(inner),
    close: inner.close?.bind(inner),
  };
}

function aroundMultipart(
  multipart: NonNullable<Driver['multipart']>,
  through: Through,
): NonNullable<Driver['multipart']> {
  const copyPart = multipart.copyPart?.bind(multipart);
  const listParts = multipart.listParts?.bind(multipart);
  return {
    begin: (key, options) => through('begin', key, options, (o) => multipart.begin(key, o)),
    putPart: (upload, number, source, options) =>
      through('putPart', upload.key, options, (o, s = source) => multipart.putPart(upload, number, s, o), source),
    complete: (upload, parts, options) =>
      through('complete', upload.key, options, (o) => multipart.complete(upload, parts, o)),
    abort: (upload, options) => through('abort', upload.key, options, (o) => multipart.abort(upload, o)),
    ...(copyPart && {
      copyPart: (
        upload: Upload,
        number: number,
        source: Driver,
        from: ObjectKey,
        options: Parameters<typeof copyPart>[4],
      ) => through('copyPart', upload.key, options, (o) => copyPart(upload, number, source, from, o)),
    }),
    ...(listParts && {
      listParts: (upload: Upload, options: CallOptions) =>
        through('listParts', upload.key, options, (o) => listParts(upload, o)),
    }),
  };
}

function aroundVersions(versions: NonNullable<Driver['versions']>, through: Through): NonNullable<Driver['versions']> {
  return {
    listVersions: (options) => through('listVersions', options.prefix, options, (o) => versions.listVersions(o)),
    readVersion: (key, version, options) =>
      through('readVersion', key, options, (o) => versions.readVersion(key, version, o)),
    deleteVersion: (key, version, options) =>
      through('deleteVersion', key, options, (o) => versions.deleteVersion(key, version, o)),
  };
}

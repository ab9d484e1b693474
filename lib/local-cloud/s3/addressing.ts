import { percentDecode, type RequestTarget, splitTarget } from '../uri.ts';
import { s3Error } from './errors.ts';

/** The bucket and key that a request is about, and its query; both are empty where it names none. */
export interface Address {
  readonly bucket: string;
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
}

/** Hosts whose first label is a bucket: `BUCKET.localhost`, `BUCKET.s3.REGION.amazonaws.com`. */
const virtualHost = /^(.+?)\.(?:localhost|s3[.-].*)(?::\d+)?$/;

/**
 * Reads the path style (`/bucket/key`), and the virtual-host style where the `Host` header has its form. The path is
 * taken as it is: S3 normalizes no `//` and no `..`. Throws `InvalidURI` for what is not UTF-8, `KeyTooLongError`.
 */
export function readAddress(target: string, host: string): Address {
  const { path, query } = decodeTarget(target);
  const virtual = virtualHost.exec(host)?.[1];
  const [, first = '', rest = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  const bucket = virtual ?? first;
  const key = virtual === undefined ? rest : path.slice(1);
  const size = Buffer.byteLength(key);
  if (size > 1024) {
    throw s3Error('KeyTooLongError', { details: { Size: size, MaxSizeAllowed: 1024 } });
  }
  return { bucket, key, query: new Map(query) };
}

function decodeTarget(target: string): RequestTarget {
  try {
    const { path, query } = splitTarget(target);
    return { path: percentDecode(path), query };
  } catch (cause) {
    throw cause instanceof URIError ? s3Error('InvalidURI') : cause;
  }
}

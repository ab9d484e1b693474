import { notImplemented } from './errors.ts';

/** The `x-amz-*` request headers that some operation reads, or that may be passed over without changing the meaning. */
const known = new Set([
  'x-amz-acl',
  'x-amz-checksum-algorithm',
  'x-amz-checksum-mode',
  'x-amz-checksum-type',
  'x-amz-content-sha256',
  'x-amz-copy-source',
  'x-amz-copy-source-if-match',
  'x-amz-copy-source-if-modified-since',
  'x-amz-copy-source-if-none-match',
  'x-amz-copy-source-if-unmodified-since',
  'x-amz-copy-source-range',
  'x-amz-date',
  'x-amz-decoded-content-length',
  'x-amz-expected-bucket-owner',
  'x-amz-metadata-directive',
  'x-amz-mp-object-size',
  'x-amz-object-attributes',
  'x-amz-object-ownership',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-security-token',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-bucket-key-enabled',
  'x-amz-skip-destination-validation',
  'x-amz-source-expected-bucket-owner',
  'x-amz-storage-class',
  'x-amz-tagging',
  'x-amz-tagging-directive',
  'x-amz-trailer',
  'x-amz-user-agent',
]);

/** Families of headers, by what their names start with. */
const knownPrefixes = ['x-amz-checksum-', 'x-amz-grant-', 'x-amz-meta-'];

/** Throws `NotImplemented`, by name, for a header of S3's own whose meaning would otherwise be passed over. */
export function refuseUnknownHeaders(names: readonly string[]): void {
  const unknown = names.find(
    (name) => name.startsWith('x-amz-') && !known.has(name) && !knownPrefixes.some((prefix) => name.startsWith(prefix)),
  );
  if (unknown !== undefined) {
    throw notImplemented(`The request header ${unknown}`);
  }
}

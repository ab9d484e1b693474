/** A path of kOps's virtual file system, as far as it can be judged without a cloud. */
export interface VfsPath {
  /** Undefined for a path of the local disk without a scheme. */
  readonly scheme: string | undefined;
  /** The bucket, or the storage account of Azure. */
  readonly bucket: string;
}

/** What kOps calls a path of a scheme that names no bucket. */
const withoutBucket: ReadonlyMap<string, string> = new Map([
  ['s3', 'invalid s3 path'],
  ['do', 'invalid spaces path'],
  ['linode', 'invalid Linode object storage path'],
  ['hos', 'invalid Hetzner object storage path'],
  ['gs', 'invalid google cloud storage path'],
  ['k8s', 'invalid kubernetes vfs path'],
  ['swift', 'invalid swift path'],
  ['scw', 'invalid bucket path'],
]);

/**
 * Reads a path, or says in kOps's words why it is none (`VFSContext.BuildVfsPath`, util/pkg/vfs/context.go). `memfs`, which kOps knows
 * in its own tests only, is let through.
 */
export function readVfsPath(text: string): VfsPath | { readonly reason: string } {
  const quoted = JSON.stringify(text);
  const [, scheme, bucket = '', rest = ''] = /^([a-z0-9]+):\/\/([^/?#]*)([^?#]*)/.exec(text) ?? [];
  if (scheme === undefined) {
    return text.includes('://')
      ? { reason: `unknown / unhandled path type: ${quoted}` }
      : { scheme: undefined, bucket: '' };
  }
  if (scheme === 'azureblob') {
    return azure(bucket, rest, quoted);
  }
  const refusal = withoutBucket.get(scheme);
  if (refusal === undefined) {
    return scheme === 'file' || scheme === 'memfs'
      ? { scheme, bucket: '' }
      : { reason: `unknown / unhandled path type: ${quoted}` };
  }
  return bucket === '' ? { reason: `${refusal}: ${quoted}` } : { scheme, bucket };
}

function azure(account: string, rest: string, quoted: string): VfsPath | { readonly reason: string } {
  const expected = 'expected azureblob://<account>/<container>/<key>';
  if (account === '') {
    return { reason: `no storage account specified in ${quoted}; ${expected}` };
  }
  const [, container = ''] = rest.split('/');
  return container === ''
    ? { reason: `no container specified in ${quoted}; ${expected}` }
    : { scheme: 'azureblob', bucket: account };
}

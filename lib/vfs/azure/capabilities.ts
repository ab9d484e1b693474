import { allKept, type Capabilities } from '../capabilities.ts';

const MIB = 1024 ** 2;
/**
 * Largest block, and largest body of Put Blob ("Scalability and performance targets for Blob Storage", from version
 * 2019-12-12 on).
 */
const maxBlockSize = 4_000 * MIB;
const maxPutSize = 5_000 * MIB;
const maxBlocks = 50_000;

/**
 * What the Blob service promises in an account with versioning. An account that keeps less says so in its store
 * definition, as a probe found it.
 *
 * Not promised: `listSorted`, since names come in alphabetical order, upper case first, without a word on what lies
 * beyond ASCII, and `/` comes before everything where the namespace is hierarchical (REST API, "List Blobs");
 * `listStartAfter`, since there is no such parameter (`startFrom` is young, and begins with the name itself);
 * `statChecksums`, since the Content-MD5 of a blob is whatever its writer said ("Set Blob Properties", "Put Block
 * List").
 */
const promised: Capabilities = {
  ...allKept,
  listSorted: false,
  listStartAfter: false,
  statChecksums: [],
  writeVerifies: ['md5'],
  maxObjectSize: maxBlocks * maxBlockSize,
  maxWriteSize: maxPutSize,
  maxKeyBytes: 1024,
  parts: { minSize: 1, maxSize: maxBlockSize, maxCount: maxBlocks },
};

/** The capabilities of a container: those of the service, less what the definition denies. */
export function azureCapabilities(denied: Partial<Capabilities> = {}): Capabilities {
  return { ...promised, ...denied };
}

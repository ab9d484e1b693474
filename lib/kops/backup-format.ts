import { constants, gunzipSync } from 'node:zlib';

/** How many bytes of an object tell its format: enough compressed ones for the head of what they hold. */
export const formatBytes = 4096;

/** Where a bbolt file has its magic number: behind the header of its first page. */
const magicOffset = 16;
const magic = 0xed0cdaed;

/**
 * What is remarkable about the first bytes of an etcd backup's data; undefined when they are as etcd-manager writes them: gzip (RFC 1952) around a
 * bbolt file, by its magic number (`bbolt/internal/common`).
 *
 * It says nothing of the rest: a backup is proved whole, not yet verified.
 */
export function remarkOnBackup(firstBytes: Uint8Array): string | undefined {
  try {
    const head = gunzipSync(firstBytes.subarray(0, formatBytes), { finishFlush: constants.Z_SYNC_FLUSH });
    const known = head.length >= magicOffset + 4 && head.readUInt32LE(magicOffset) === magic;
    return known ? undefined : 'backup of unknown format: it holds no etcd snapshot';
  } catch {
    return 'backup of unknown format: it is not gzip';
  }
}

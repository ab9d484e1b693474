/**
 * As long as those of Azure's library for Go, which kOps uses: all blocks of a blob have ids of one length, also those
 * that somebody else left.
 */
const idBytes = 64;
const uploadBytes = 16;

/** A name for an upload, from 16 random bytes. */
export function uploadIdOf(random: Uint8Array): string {
  return Buffer.from(random).toString('hex');
}

/** Whether a text is such a name. */
export function isUploadId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}

/**
 * The block id of a part, in base64: the upload's name and the part's number. Blocks that are not yet part of a blob
 * belong to the blob and not to an upload, so their names keep those of two uploads apart: an upload takes its parts
 * from one revision of its source.
 */
export function blockIdOf(uploadId: string, part: number): string {
  const bytes = Buffer.alloc(idBytes);
  bytes.write(uploadId, 0, uploadBytes, 'hex');
  bytes.writeUInt32BE(part, uploadBytes);
  return bytes.toString('base64');
}

/** The number of the part that a block id of this upload names; undefined for a block of somebody else. */
export function partOf(uploadId: string, blockId: string): number | undefined {
  const bytes = Buffer.from(blockId, 'base64');
  if (bytes.byteLength !== idBytes || bytes.subarray(0, uploadBytes).toString('hex') !== uploadId) {
    return undefined;
  }
  return bytes.readUInt32BE(uploadBytes);
}

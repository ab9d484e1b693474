import { type ChecksumAlgorithm, createDigester } from './checksums.ts';
import type { Content } from './content.ts';

/** How many bytes are digested before other requests get their turn. */
const bytesPerTurn = 8 * 1024 * 1024;

/** Reads a content through, for its MD5 and its checksum. */
export async function digestContent(
  content: Content,
  algorithm: ChecksumAlgorithm,
): Promise<{ readonly md5: Buffer; readonly checksum: Buffer }> {
  const md5 = createDigester('MD5');
  const checksum = createDigester(algorithm);
  let sincePause = 0;
  for (const chunk of content.chunks(0, content.size)) {
    md5.update(chunk);
    checksum.update(chunk);
    sincePause += chunk.length;
    if (sincePause > bytesPerTurn) {
      sincePause = 0;
      await new Promise(setImmediate);
    }
  }
  return { md5: md5.digest(), checksum: checksum.digest() };
}

import { revisionOf } from '../entity-tag.ts';
import type { Part, Upload } from '../multipart.ts';
import type { OssConnection } from './connection.ts';
import { crcOf } from './digests.ts';
import { childrenOf, nextOf, textOf } from './xml.ts';

/** All parts of an upload that were stored, over all pages. */
export async function listParts(
  connection: OssConnection,
  { key, id }: Upload,
  signal: AbortSignal,
): Promise<readonly Part[]> {
  const attempt = connection.attempt('listParts', key);
  const parts: Part[] = [];
  let marker: string | undefined;
  do {
    const query = { uploadId: id, 'max-parts': '1000', ...(marker && { 'part-number-marker': marker }) };
    const { tree } = await connection.askXml({ method: 'GET', key, query }, 'ListPartsResult', attempt, signal);
    for (const listed of childrenOf(tree, 'Part')) {
      parts.push({
        number: Number(textOf(listed, 'PartNumber')),
        size: Number(textOf(listed, 'Size')),
        tag: revisionOf(textOf(listed, 'ETag'), attempt),
        checksums: crcOf(textOf(listed, 'HashCrc64ecma'), connection.settings.capabilities.statChecksums),
      });
    }
    marker = nextOf(tree, 'NextPartNumberMarker', attempt);
  } while (marker !== undefined);
  return parts.sort((a, b) => a.number - b.number);
}

import { ListPartsCommand, type ListPartsCommandOutput } from '@aws-sdk/client-s3';
import { revisionOf } from '../entity-tag.ts';
import type { Part, Upload } from '../multipart.ts';
import { answeredForBytes } from './answered-checksums.ts';
import type { BucketFields } from './bucket-facts.ts';
import type { S3Connection } from './connection.ts';
import { nextOf } from './list.ts';

/** All parts of an upload that were stored, over all pages. A part's ETag is no digest here: the listing does not say how it is encrypted. */
export async function listParts(
  connection: S3Connection,
  upload: Upload,
  fields: BucketFields & { readonly Key: string; readonly UploadId: string },
  signal: AbortSignal,
): Promise<readonly Part[]> {
  const attempt = connection.attempt('listParts', upload.key);
  const parts: Part[] = [];
  let marker: string | undefined;
  do {
    const command = new ListPartsCommand({ ...fields, ...(marker && { PartNumberMarker: marker }) });
    const page: ListPartsCommandOutput = await connection.send(command, attempt, signal);
    for (const { PartNumber: number = 0, Size: size = 0, ETag, ChecksumCRC64NVME } of page.Parts ?? []) {
      const checksums = answeredForBytes({ ChecksumCRC64NVME }, connection.settings.capabilities.statChecksums);
      parts.push({ number, size, tag: revisionOf(ETag, attempt), checksums });
    }
    marker = nextOf(page.IsTruncated, page.NextPartNumberMarker, attempt);
  } while (marker !== undefined);
  return parts.sort((a, b) => a.number - b.number);
}

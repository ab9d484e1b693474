import type { V1Secret } from '@kubernetes/client-node';
import { VfsError } from '../errors.ts';
import type { ChecksumAlgorithm, ChecksumSet, ContentHeaders, Metadata } from '../types.ts';
import type { Attempt } from './errors.ts';
import { annotationNames, labelsOf, secretName, secretType } from './object-names.ts';

/** The digests that the driver computes of every content, when it writes it and when it reads it. */
export const keptAlgorithms: readonly ChecksumAlgorithm[] = ['sha256', 'md5', 'crc64nvme'];

/** The name of the one field of data. */
export const contentField = 'content';

/** All annotations of an object together, names and values (`TotalAnnotationSizeLimitB` of Kubernetes' apimachinery). */
const maxAnnotationBytes = 256 * 1024;

/** What is written down beside a content, by the request that writes the content. */
export interface ContentRecord {
  readonly size: number;
  readonly checksums: ChecksumSet & { readonly sha256: string };
}

/** What travels with a content. */
export interface About {
  readonly headers: ContentHeaders;
  readonly metadata: Metadata;
}

/** The Secret that holds an object. Throws `TooLarge` where headers and metadata are beyond what annotations hold. */
export function secretOf(
  key: string,
  base64: string,
  { size, checksums }: ContentRecord,
  { headers, metadata }: About,
  { operation, target }: Attempt,
): V1Secret & { metadata: NonNullable<V1Secret['metadata']> } {
  const hasMore = Object.keys(headers).length > 0 || Object.keys(metadata).length > 0;
  const annotations = {
    [annotationNames.key]: key,
    [annotationNames.content]: JSON.stringify({ size, ...checksums }),
    ...(hasMore ? { [annotationNames.about]: JSON.stringify({ headers, metadata }) } : {}),
  };
  const bytes = Buffer.byteLength(Object.entries(annotations).flat().join(''));
  if (bytes > maxAnnotationBytes) {
    const reason = `key, headers and metadata take ${bytes} bytes of annotations, and a Secret has at most ${maxAnnotationBytes}`;
    throw new VfsError({ code: 'TooLarge', operation, target, reason });
  }
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: secretType,
    metadata: { name: secretName(key), labels: { ...labelsOf(key) }, annotations },
    data: { [contentField]: base64 },
  };
}

type Annotations = Readonly<Record<string, string>> | undefined;

/** The record of a content; undefined where there is none that can be read. */
export function recordOf(annotations: Annotations): ContentRecord | undefined {
  const { size, sha256, ...others } = parsed(annotations?.[annotationNames.content]);
  return typeof size === 'number' && typeof sha256 === 'string'
    ? { size, checksums: { sha256, ...others } as ContentRecord['checksums'] }
    : undefined;
}

/** Headers and metadata as they were written; empty where there are none that can be read. */
export function aboutOf(annotations: Annotations): About {
  const { headers = {}, metadata = {} } = parsed(annotations?.[annotationNames.about]) as Partial<About>;
  return { headers, metadata };
}

function parsed(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {}; // Somebody else changed it.
  }
}

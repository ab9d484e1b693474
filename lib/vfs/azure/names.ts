/**
 * Characters that are not allowed in a blob's name, or that do not come back as they went: control characters, the
 * backslash, which the service takes for a slash, code points for private use and those that are no characters.
 */
const unfit = /[\p{Cc}\p{Co}\p{Noncharacter_Code_Point}\\]/u;
const maxSegments = 254;

/**
 * Why a key can be no blob's name, in words for an error; undefined when it can be one. "Naming and referencing
 * containers, blobs, and metadata" (Blob service REST API): at most 1,024 characters and 254 segments, no segment that
 * ends with a dot, no control characters.
 */
export function whyNotBlobName(key: string): string | undefined {
  const found = unfit.exec(key)?.[0];
  if (found !== undefined) {
    const point = found.codePointAt(0) ?? 0;
    return `a blob's name cannot hold the character U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
  }
  const segments = key.split('/');
  const dotted = segments.find((segment) => segment.endsWith('.'));
  if (dotted !== undefined) {
    return `no segment of a blob's name ends with a dot, and ${JSON.stringify(dotted)} does`;
  }
  return segments.length > maxSegments
    ? `a blob's name has at most ${maxSegments} segments, and this one has ${segments.length}`
    : undefined;
}

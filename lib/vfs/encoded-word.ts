/** A value that HTTP carries unchanged: visible ASCII, with single blanks inside. */
const plain = /^[\x21-\x7e]+( [\x21-\x7e]+)*$/;
const encoded = /^=\?utf-8\?b\?([A-Za-z0-9+/]*={0,2})\?=$/i;

/**
 * A text as a header carries it: as it is where HTTP would change nothing, else as RFC 2047 writes text in a header
 * (`=?utf-8?b?base64?=`), which is how Amazon S3 shows such values too.
 */
export function encodeWord(text: string): string {
  return plain.test(text) && !encoded.test(text) ? text : `=?utf-8?b?${Buffer.from(text).toString('base64')}?=`;
}

/** Undoes `encodeWord`. Any other text stays as it is. */
export function decodeWord(text: string): string {
  const base64 = encoded.exec(text)?.[1];
  return base64 === undefined ? text : Buffer.from(base64, 'base64').toString();
}

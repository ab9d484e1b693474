import { decodeWord, encodeWord } from '../encoded-word.ts';
import { VfsError } from '../errors.ts';
import type { Metadata } from '../types.ts';
import type { Attempt } from './errors.ts';

/** Names and values together, in bytes ("Setting and retrieving properties and metadata for Blob resources"). */
const maxBytes = 8 * 1024;

/**
 * User metadata as a blob holds it, so that any of it comes back: a name there is a C# identifier, and a value ASCII.
 *
 * A character of a name that no identifier has becomes `_` and two hexadecimal digits for each of its bytes, as does a
 * digit in front and a `_` that could be misread: `statesync-key` is kept as `statesync_2dkey`. A value that HTTP would
 * change becomes `=?utf-8?b?base64?=`.
 *
 * Throws `InvalidArgument` for more than 8 KiB, and for an empty name.
 */
export function encodeMetadata(metadata: Metadata, { operation, target }: Attempt): Record<string, string> {
  const entries = Object.entries(metadata).map(([name, value]) => [encodeName(name), encodeWord(value)] as const);
  const bytes = entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  const empty = entries.some(([name]) => name === '');
  if (empty || bytes > maxBytes) {
    const reason = empty
      ? 'a metadata name is empty'
      : `the metadata takes ${bytes} bytes as Azure keeps it, and ${maxBytes} are the most`;
    throw new VfsError({ code: 'InvalidArgument', operation, target, reason });
  }
  return Object.fromEntries(entries);
}

/**
 * Undoes `encodeMetadata`. What others wrote, and what was never encoded, stays as it is; names are told apart without
 * case.
 */
export function decodeMetadata(metadata: Readonly<Record<string, string>> = {}): Metadata {
  const entries = Object.entries(metadata).map(([name, value]) => [decodeName(name.toLowerCase()), decodeWord(value)]);
  return Object.fromEntries(entries);
}

function encodeName(name: string): string {
  return name.replace(/^[0-9]|[^a-z0-9_]|_(?=[0-9a-f]{2})/gu, (text) =>
    Array.from(Buffer.from(text), (byte) => `_${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}

/** Only what encoding would have made is decoded, so that no two names become one. */
function decodeName(name: string): string {
  const decoded = percentDecoded(name.replace(/_([0-9a-f]{2})/g, '%$1'));
  return encodeName(decoded) === name ? decoded : name;
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

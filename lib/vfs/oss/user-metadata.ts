import { decodeWord, encodeWord } from '../encoded-word.ts';
import { VfsError } from '../errors.ts';
import type { Metadata } from '../types.ts';
import type { Attempt } from './errors.ts';

const headerPrefix = 'x-oss-meta-';
/** OSS takes letters, digits and hyphens in the name of a metadata header ("Manage object metadata"). */
const plainName = /^[a-z0-9-]+$/;
/** Begins a name that OSS does not take; what follows is its UTF-8 in hexadecimal digits. */
const hexName = 'statesync-hex-';
/** Bytes of all names and values together ("Manage object metadata": 8 KB). */
const maxBytes = 8 * 1024;

/**
 * User metadata as headers. A name or a value that OSS does not take is encoded, and read back by `metadataOf`.
 *
 * Throws `TooLarge` beyond 8 KB, and `InvalidArgument` for what is no Unicode.
 */
export function metadataHeaders(metadata: Metadata, { operation, target }: Attempt): Readonly<Record<string, string>> {
  const entries = Object.entries(metadata);
  const broken = entries.find(([name, value]) => !name.isWellFormed() || !value.isWellFormed());
  if (broken !== undefined) {
    const reason = `metadata ${JSON.stringify(broken[0])} holds half of a surrogate pair`;
    throw new VfsError({ code: 'InvalidArgument', operation, target, reason });
  }
  const headers = entries.map(([name, value]) => [headerPrefix + encodedName(name), encodeWord(value)] as const);
  const bytes = headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (bytes > maxBytes) {
    const reason = `${bytes} bytes of user metadata, and OSS holds at most ${maxBytes}`;
    throw new VfsError({ code: 'TooLarge', operation, target, reason });
  }
  return Object.fromEntries(headers);
}

/** The user metadata among the headers of an answer. */
export function metadataOf(headers: Readonly<Record<string, string>>): Metadata {
  const own = Object.entries(headers).filter(([name]) => name.startsWith(headerPrefix));
  return Object.fromEntries(
    own.map(([name, value]) => [decodedName(name.slice(headerPrefix.length)), decodeWord(value)]),
  );
}

function encodedName(name: string): string {
  return plainName.test(name) && !name.startsWith(hexName) ? name : hexName + Buffer.from(name).toString('hex');
}

function decodedName(name: string): string {
  const hex = name.startsWith(hexName) ? name.slice(hexName.length) : undefined;
  return hex !== undefined && /^([0-9a-f]{2})*$/.test(hex) ? Buffer.from(hex, 'hex').toString() : name;
}

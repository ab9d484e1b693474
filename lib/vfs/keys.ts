import { VfsError } from './errors.ts';
import type { ObjectKey } from './types.ts';

const maxKeyBytes = 1024;

/** Why a text is no object key, in words for an error; undefined when it is one. */
export function whyNotKey(text: string): string | undefined {
  if (text === '') {
    return 'a key is never empty';
  }
  if (text.startsWith('/') || text.endsWith('/')) {
    return 'a key neither begins nor ends with "/"';
  }
  if (!text.isWellFormed()) {
    return 'a key is valid Unicode, and this one holds half of a surrogate pair';
  }
  if (Buffer.byteLength(text) > maxKeyBytes) {
    return `a key has at most ${maxKeyBytes} bytes, and this one has ${Buffer.byteLength(text)}`;
  }
  return undefined;
}

/** Reads a key. Throws `InvalidArgument` that says what is wrong with it. */
export function parseKey(text: string): ObjectKey {
  const reason = whyNotKey(text);
  if (reason !== undefined) {
    throw new VfsError({ code: 'InvalidArgument', operation: 'parse', target: `key ${JSON.stringify(text)}`, reason });
  }
  return text as ObjectKey;
}

export function isKey(text: string): text is ObjectKey {
  return whyNotKey(text) === undefined;
}

/**
 * Orders keys as stores list them: by their UTF-8 bytes, which is by code point.
 *
 * JavaScript's own comparison is by UTF-16 unit, and puts U+FF5E after an emoji.
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) {
      return rank(x) - rank(y);
    }
  }
  return a.length - b.length;
}

/** Moves surrogates behind all other units, where the code points they stand for belong. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

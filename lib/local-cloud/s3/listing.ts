import { formEncode } from '../uri.ts';
import type { Call } from './call.ts';
import { invalidArgument } from './errors.ts';
import { compareKeys, firstIndex } from './ordered-keys.ts';

/** What a listing is asked for. */
export interface ListingRequest {
  readonly prefix: string;
  readonly delimiter: string;
  readonly encodingType: 'url' | undefined;
  readonly limit: number;
}

/** One entry of a listing: a key, or the keys that share a prefix up to the delimiter. */
export type ListingEntry =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'prefix'; readonly prefix: string };

/** Reads what the listings have in common; `limitName` is `max-keys` or its like. */
export function readListingRequest(call: Call, limitName: string): ListingRequest {
  const encodingType = call.query.get('encoding-type');
  if (encodingType !== undefined && encodingType !== 'url') {
    throw invalidArgument('encoding-type', encodingType, 'Invalid Encoding Method specified in Request');
  }
  return {
    prefix: call.query.get('prefix') ?? '',
    delimiter: call.query.get('delimiter') ?? '',
    encodingType,
    limit: readLimit(call, limitName),
  };
}

/** A count of at most 1,000, which is also the default. */
export function readLimit(call: Call, name: string): number {
  const text = call.query.get(name);
  if (text !== undefined && !/^\d{1,10}$/.test(text)) {
    throw invalidArgument(name, text, `Provided ${name} not an integer or within integer range`);
  }
  return Math.min(Number(text ?? 1000), 1000);
}

/** A key or prefix as the answer shows it. */
export function shown(request: ListingRequest, text: string): string {
  return request.encodingType === 'url' ? formEncode(text) : text;
}

/**
 * Walks over ordered keys after a marker, which is a key or a common prefix: neither it, nor what it stands for, comes
 * again.
 */
export function* walk(keys: readonly string[], request: ListingRequest, after: string): Iterable<ListingEntry> {
  const { prefix, delimiter } = request;
  let index = firstIndex(keys, (key) => compareKeys(key, prefix) >= 0 && compareKeys(key, after) > 0);
  for (let key = keys[index]; key?.startsWith(prefix) === true; key = keys[index]) {
    const group = commonPrefix(key, prefix, delimiter);
    if (group === undefined) {
      yield { kind: 'key', key };
      index += 1;
    } else {
      if (group !== after) {
        yield { kind: 'prefix', prefix: group };
      }
      index = firstIndex(keys, (other) => compareKeys(other, group) > 0 && !other.startsWith(group));
    }
  }
}

function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
  return end < 0 ? undefined : key.slice(0, end + delimiter.length);
}

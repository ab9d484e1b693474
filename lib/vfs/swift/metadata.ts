import { VfsError } from '../errors.ts';
import type { Metadata } from '../types.ts';
import { type Attempt, senseless } from './errors.ts';

const prefix = 'x-object-meta-';
/** Under `statesync-packed-1`, `-2` … lies what no header of its own can carry, as JSON. */
const packedPrefix = 'statesync-packed-';

/** What Swift takes by default (`max_meta_name_length` …, Swift's constraints): bytes, and a number of headers. */
const limits = { name: 128, value: 256, count: 90, together: 4096 } as const;

/**
 * User metadata as headers.
 *
 * A name of a–z, 0–9 and `-` with a value of printable ASCII is a header of its own, as other tools write and show it. All
 * others (Swift takes `_` for `-`, drops empty values and outer spaces, and cuts nothing but refuses what is long) travel together as JSON in
 * ASCII, over as many headers as that needs. Throws `TooLarge` beyond Swift's limits, before anything is sent.
 */
export function metadataHeaders(metadata: Metadata, attempt: Attempt): Readonly<Record<string, string>> {
  const own: [string, string][] = [];
  const packed: [string, string][] = [];
  for (const entry of Object.entries(metadata)) {
    (isPlain(...entry) ? own : packed).push(entry);
  }
  const chunks = packed.length === 0 ? [] : chunksOf(asciiJson(Object.fromEntries(packed)));
  const all = [...own, ...chunks.map((chunk, index) => [`${packedPrefix}${index + 1}`, chunk] as const)];
  requireWithin(all, attempt);
  return Object.fromEntries(all.map(([name, value]) => [prefix + name, value]));
}

/** User metadata from the headers of an answer. Values that other tools wrote are read as UTF-8, as Swift keeps them. */
export function metadataOf(headers: Readonly<Record<string, string | undefined>>, attempt: Attempt): Metadata {
  const own: Record<string, string> = {};
  const chunks: string[] = [];
  for (const [header, value = ''] of Object.entries(headers)) {
    if (header.startsWith(prefix)) {
      const name = header.slice(prefix.length);
      const number = name.startsWith(packedPrefix) ? Number(name.slice(packedPrefix.length)) : 0;
      if (number > 0) {
        chunks[number - 1] = value;
      } else {
        own[name] = Buffer.from(value, 'latin1').toString();
      }
    }
  }
  return chunks.length === 0 ? own : { ...own, ...unpacked(chunks.join(''), attempt) };
}

function isPlain(name: string, value: string): boolean {
  return (
    /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name) &&
    name.length <= limits.name &&
    !name.startsWith(packedPrefix) &&
    /^[!-~](?:[ -~]*[!-~])?$/.test(value) &&
    value.length <= limits.value
  );
}

/** JSON without a space and beyond ASCII, so that it may be cut anywhere. */
function asciiJson(values: Metadata): string {
  return JSON.stringify(values).replace(
    /[^!-~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function chunksOf(text: string): readonly string[] {
  const count = Math.ceil(text.length / limits.value);
  return Array.from({ length: count }, (_, index) => text.slice(index * limits.value, (index + 1) * limits.value));
}

function requireWithin(all: readonly (readonly [string, string])[], { operation, target }: Attempt): void {
  const together = all.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (together > limits.together || all.length > limits.count) {
    const reason = `user metadata of ${together} bytes in ${all.length} headers; Swift takes ${limits.together} bytes in ${limits.count}`;
    throw new VfsError({ code: 'TooLarge', operation, target, reason });
  }
}

function unpacked(text: string, attempt: Attempt): Metadata {
  try {
    return JSON.parse(text) as Metadata;
  } catch {
    throw senseless(attempt, `the metadata in ${prefix}${packedPrefix}1 and following is not whole`);
  }
}

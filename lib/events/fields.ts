const quotedLength = 100;

/** Parsed JSON, or undefined where the text is no JSON. Says nothing of the cause: the parser's own message quotes the text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What is at `path` in parsed JSON; undefined where there is nothing. Sees only what the sender wrote, nothing inherited. */
export function field(value: unknown, ...path: readonly string[]): unknown {
  let at = value;
  for (const name of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) {
      return undefined;
    }
    at = (at as Readonly<Record<string, unknown>>)[name];
  }
  return at;
}

/** The text at `path`. An empty text counts as none: Ceph writes one where it has nothing to say. */
export function text(value: unknown, ...path: readonly string[]): string | undefined {
  const found = field(value, ...path);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** The length in bytes at `path`; undefined where it is no whole number from 0 up. */
export function byteCount(value: unknown, ...path: readonly string[]): number | undefined {
  const found = field(value, ...path);
  return typeof found === 'number' && Number.isSafeInteger(found) && found >= 0 ? found : undefined;
}

/** The instant at `path`; undefined where it is no ISO 8601 time, or does not say its offset from UTC. */
export function instant(value: unknown, ...path: readonly string[]): Date | undefined {
  const found = text(value, ...path);
  if (found === undefined || !/^\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:\d\d)$/.test(found)) {
    return undefined;
  }
  const time = new Date(found);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/** A value for a reason, on one line and cut short; lists and objects are only named as such. */
export function inWords(value: unknown): string {
  if (typeof value === 'string') {
    return JSON.stringify(value.length > quotedLength ? `${value.slice(0, quotedLength)}…` : value);
  }
  if (value === undefined) {
    return 'missing';
  }
  if (Array.isArray(value)) {
    return 'a list';
  }
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

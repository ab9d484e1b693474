/** The raw path of a request target, and its query parameters decoded, in the order in which they came. */
export interface RequestTarget {
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
}

/** Splits a request target without normalizing it: `a//b` and `..` are ordinary parts of an object's key. */
export function splitTarget(target: string): RequestTarget {
  const mark = target.indexOf('?');
  if (mark < 0) {
    return { path: target, query: [] };
  }
  const query = target
    .slice(mark + 1)
    .split('&')
    .filter((field) => field !== '')
    .map((field) => {
      const [name = '', value = ''] = field.replaceAll('+', ' ').split(/=(.*)/s);
      return [percentDecode(name), percentDecode(value)] as const;
    });
  return { path: target.slice(0, mark), query };
}

/** Percent-decodes UTF-8. Throws `URIError` where the text is not valid. */
export function percentDecode(text: string): string {
  return text.includes('%') ? decodeURIComponent(text) : text;
}

/** Percent-encodes as AWS signs: everything but letters, digits, `-._~` and the characters kept. */
export function percentEncode(text: string, keep = ''): string {
  if (/^[A-Za-z0-9._~-]*$/.test(text)) {
    return text;
  }
  const encoded = encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return keep === '/' ? encoded.replaceAll('%2F', '/') : encoded;
}

/**
 * Encodes as S3 encodes keys in event records and in listings with `encoding-type=url`: the form encoding of HTML
 * (`+` for a space), with `/` kept.
 */
export function formEncode(text: string): string {
  return percentEncode(text, '/').replaceAll('%20', '+').replaceAll('~', '%7E').replaceAll('%2A', '*');
}

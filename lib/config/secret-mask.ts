/** A name that says that what it names is a secret. */
const secretName = /secret|passw|token|(?:access|account|private|api)[_-]?key/i;

/** `name: value` on one line, where the value is no reference like `{ env: NAME }`, and no delete policy of the class `secret`. */
const assignment = new RegExp(
  `([\\w-]*(?:${secretName.source})[\\w-]*["']?\\s*[:=]\\s*)(?!\\{\\s*["']?(?:env|file)["']?\\s*:|follow\\b|retain\\b)([^\\s,}\\]#](?:[^,}\\]]*[^\\s,}\\]])?)`,
  'gi',
);

/** Shapes of AWS keys, and a user with a password in a URL: a password may hold a slash, and behind a port there is none. */
const shapes: readonly RegExp[] = [
  /\bA[KS]IA[A-Z0-9]{12,}\b/g,
  /(?<![\w/+=])(?=[\w/+]*[a-z])(?=[\w/+]*[A-Z])(?=[\w/+]*\d)[A-Za-z0-9/+]{40}(?![\w/+=])/g,
  /(?<=:\/\/)(?:[^\s/@"']+|[^\s/:@"']*:(?!\d+\/)[^\s@"']+)(?=@)/g,
];

/** Whether a field of this name holds a secret. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/** Covers with stars what looks like a secret in a text, keeping its length, so that columns stay right. */
export function coverSecrets(text: string): string {
  const named = text.replace(assignment, (_match, name: string, value: string) => name + stars(value));
  return shapes.reduce((covered, shape) => covered.replace(shape, stars), named);
}

/** The text with the given ranges (UTF-16 offsets, the end excluded) covered; line ends stay. */
export function coverRanges(text: string, ranges: readonly (readonly [number, number])[]): string {
  return ranges.reduce(
    (covered, [start, end]) => covered.slice(0, start) + stars(covered.slice(start, end)) + covered.slice(end),
    text,
  );
}

function stars(text: string): string {
  return text.replace(/[^\r\n]/g, '*');
}

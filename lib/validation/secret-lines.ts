import { isSecretField, isSecretKind } from './secrets.ts';

/** Whether a line, from 1 on, may hold a secret, so that it is never shown. */
export type LineTest = (line: number) => boolean;

/** Where kOps keeps private keys and secrets (pkg/apis/kops/registry, upup/pkg/fi/secrets). */
const secretPlace = /(?:^|\/)(?:pki\/private|secrets)\//;
/** What is longer was written by no person, and looking through it takes long: nothing of it is shown. */
const mostLines = 50_000;
const mostWords = 4_000;
/** Of each line; what stands behind is never shown. */
const lookedAt = 2_000;

/** A key in PEM, or in PEM and base64. */
const pem = /-----BEGIN|LS0tLS1CRUdJTi/;

/**
 * The lines of a manifest that may hold a secret, by what stands in them, so that it works for what no reader of YAML understands too: all of a
 * file with keys and of a document of a secret kind, and each field whose name says so, up to the next one beside it.
 */
export function secretLines(file: string, text: string): LineTest {
  const lines = text.split('\n', mostLines + 1).map((line) => line.slice(0, lookedAt));
  if (secretPlace.test(file)) {
    return () => true;
  }
  const hidden = new Set<number>();
  const isSecret = remembering(isSecretField);
  for (const [start, end] of documentsOf(lines)) {
    for (const index of hiddenIn(lines.slice(start, end), isSecret)) {
      hidden.add(start + index + 1);
    }
  }
  return (line) => line > mostLines || hidden.has(line);
}

/** Each word is judged once; of a text with more than any manifest has, all are taken for secret. */
function remembering(isSecret: (word: string) => boolean): (word: string) => boolean {
  const known = new Map<string, boolean>();
  return (word) => {
    const answer = known.get(word) ?? (known.size >= mostWords || isSecret(word));
    known.set(word, answer);
    return answer;
  };
}

function documentsOf(lines: readonly string[]): readonly (readonly [number, number])[] {
  const starts = [0, ...[...lines.keys()].filter((index) => /^(?:---|\.\.\.)(?:\s|$)/.test(lines[index] ?? ''))];
  return starts.map((start, index) => [start, starts[index + 1] ?? lines.length] as const);
}

function hiddenIn(lines: readonly string[], isSecret: (word: string) => boolean): Iterable<number> {
  return lines.some((line, index) => namesSecretKind(line, lines[index + 1] ?? ''))
    ? lines.keys()
    : fieldsHiddenIn(lines, isSecret);
}

function namesSecretKind(line: string, next: string): boolean {
  const found = /\bkind["']?\s*:(.*)/s.exec(line)?.[1];
  const kind = found?.replace(/\s#.*/s, '').trim() === '' ? next : found;
  return kind?.match(/[A-Za-z]+/g)?.some(isSecretKind) === true;
}

/** How far a field that may hold a secret goes on: up to a field that begins at its column or before it. */
interface Secret {
  readonly column: number;
  /** Whether the fields beside it belong to it: those of an item of a list whose name says that it is one. */
  readonly isItem: boolean;
}

function* fieldsHiddenIn(lines: readonly string[], isSecret: (word: string) => boolean): Iterable<number> {
  let open: Secret | undefined;
  for (const [index, line] of lines.entries()) {
    const key = keyColumn(line);
    open = open !== undefined && key !== undefined && endsAt(open, line, key) ? undefined : open;
    const found = secretIn(line, key, isSecret);
    if (found?.isItem === true && /^[\s{,-]*["']?value["']?\s*:/.test(lines[index - 1] ?? '')) {
      yield index - 1;
    }
    open = open ?? found;
    if (open !== undefined) {
      yield index;
    }
  }
}

function endsAt({ column, isItem }: Secret, line: string, key: number): boolean {
  const dash = line.slice(0, key).indexOf('-');
  return isItem ? key < column || (dash >= 0 && dash < column) : key <= column;
}

function secretIn(line: string, key: number | undefined, isSecret: (word: string) => boolean): Secret | undefined {
  if (pem.test(line)) {
    return { column: Number.POSITIVE_INFINITY, isItem: false };
  }
  for (const { 0: word, index } of line.matchAll(/[\w-]*[A-Za-z][\w-]*/g)) {
    if (isSecret(word)) {
      return secretAt(line, key, index, word);
    }
  }
  return undefined;
}

function secretAt(line: string, key: number | undefined, index: number, word: string): Secret {
  const isKey = /^["']?\s*[:=]/.test(line.slice(index + word.length));
  const start = /["']/.test(line.charAt(index - 1)) ? index - 1 : index;
  const isItem = !isKey && /\bname["']?\s*:\s*["']?$/.test(line.slice(0, index));
  return isKey ? { column: start, isItem } : { column: key ?? start, isItem };
}

const name = /(?:"[^"]*"|'[^']*')\s*:|[\w./$-]+\s*:(?:\s|$)/y;

/** Where the first name of a field stands on a line; undefined where it does not begin with one. */
function keyColumn(line: string): number | undefined {
  const column = /^[\s{[?-]*/.exec(line)?.[0].length ?? 0;
  name.lastIndex = column;
  return name.test(line) ? column : undefined;
}

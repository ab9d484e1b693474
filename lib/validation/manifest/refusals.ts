import { Lexer } from 'yaml';

/** Why a text is not read at all, and where. */
export interface Refusal {
  readonly kind: 'too-large' | 'yaml' | 'alias-explosion';
  readonly offset: number;
  /** One sentence; quotes nothing of the text. */
  readonly message: string;
}

/** The most bytes that a manifest may have. */
export const maxManifestBytes = 10 * 1024 ** 2;

// All of these are far above any manifest, and low enough to be read within two seconds and 512 MB.
const maxTokens = 100_000;
const maxDocuments = 5_000;
/** The library looks for what each stands for from the beginning. */
export const maxAliases = 1_000;
/** Of one text, in UTF-16 units: the content of a file asset, say. */
const maxText = 1024 ** 2;
/** The library reads nested values by recursion; far deeper, it takes the process with it. */
const maxNesting = 500;
/** Wrong escapes and brackets that close nothing: the library keeps an error for each, with all that belongs to it. */
const maxMistakes = 20;

const badEscape =
  /\\(?:x(?![\dA-Fa-f]{2})|u(?![\dA-Fa-f]{4})|U(?![\dA-Fa-f]{8})|[^xuU0abtnvfre "/\\N_LP\t\r\n]|(?!.))/gsu;

/** What kOps's reader of YAML (go-yaml) takes for no text, and U+FFFD, which stands for bytes that are not UTF-8. */
const unreadable = /[^\t\n\r\x20-\x7E\x85\xA0-\uD7FF\uE000-\uFFFC\u{10000}-\u{10FFFF}]/u;

/** What is to be said of a text that kOps cannot read, or that would exhaust whoever reads it; undefined for any other. */
export function whyRefused(text: string): Refusal | undefined {
  if (Buffer.byteLength(text) > maxManifestBytes) {
    return tooLarge(0, 'the file has more than 10 MiB; no manifest has, check that it is the right file');
  }
  const offset = text.search(unreadable);
  return offset < 0 ? whyExhausting(text) : { kind: 'yaml', offset, message: whyUnreadable(text.charAt(offset)) };
}

function whyUnreadable(character: string): string {
  return character === '\uFFFD'
    ? 'this is not UTF-8, which kOps cannot read'
    : 'this is not valid YAML: control characters are not allowed';
}

function whyExhausting(text: string): Refusal | undefined {
  const counts: Counts = { tokens: 0, documents: 0, aliases: 0, mistakes: 0, brackets: 0, blocks: 0, isLeading: true };
  let offset = 0;
  for (const token of new Lexer().lex(text)) {
    count(token, counts);
    const refusal = whyTooMuch(token, offset, counts);
    if (refusal !== undefined) {
      return refusal;
    }
    offset += token.length;
  }
  return undefined;
}

interface Counts {
  tokens: number;
  documents: number;
  aliases: number;
  /** Wrong escapes, and brackets that close nothing. */
  mistakes: number;
  /** How deeply the text may be nested so far: in open brackets, and in blocks, by the dashes and the indent of the line. */
  brackets: number;
  blocks: number;
  /** Whether nothing but dashes and spaces has come on the line. */
  isLeading: boolean;
}

function count(token: string, counts: Counts): void {
  counts.tokens += 1;
  switch (token) {
    case '[':
    case '{':
      counts.brackets += 1;
      break;
    case ']':
    case '}':
      counts.mistakes += counts.brackets === 0 ? 1 : 0;
      counts.brackets = Math.max(counts.brackets - 1, 0);
      break;
    case '-':
    case '?':
      counts.blocks += 1;
      return;
    case '---':
      counts.documents += 1;
      break;
    default:
      counts.aliases += token.startsWith('*') ? 1 : 0;
      counts.mistakes += token.startsWith('"') ? badEscapesOf(token) : 0;
  }
  countIndent(token, counts);
}

/** Each column of an indent may be a level, but not the spaces behind it, nor those between brackets. */
function countIndent(token: string, counts: Counts): void {
  const isSpace = token.trim() === '';
  if (token.includes('\n')) {
    counts.blocks = 0;
    counts.isLeading = counts.brackets === 0;
  } else if (isSpace && counts.isLeading) {
    counts.blocks += token.length;
  }
  counts.isLeading &&= isSpace;
}

function whyTooMuch(token: string, offset: number, counts: Counts): Refusal | undefined {
  const { tokens, documents, aliases, mistakes, brackets, blocks } = counts;
  if (brackets + blocks > maxNesting) {
    return tooLarge(offset, `this is nested more than ${maxNesting} levels deep, which no manifest is`);
  }
  if (tokens > maxTokens) {
    return tooLarge(offset, `the file has more than ${grouped(maxTokens)} words and signs; ${notThis}`);
  }
  if (documents > maxDocuments) {
    return tooLarge(offset, `the file has more than ${grouped(maxDocuments)} documents; ${notThis}`);
  }
  if (aliases > maxAliases) {
    const message = `the file has more than ${grouped(maxAliases)} aliases (*name); write the values out`;
    return { kind: 'alias-explosion', offset, message };
  }
  if (token.length > maxText) {
    return tooLarge(offset, `this text has more than 1 MiB; ${notThis}`);
  }
  return mistakes > maxMistakes
    ? {
        kind: 'yaml',
        offset,
        message: `this is not valid YAML: it has more than ${maxMistakes} wrong escapes (\\) or brackets that close nothing`,
      }
    : undefined;
}

const notThis = 'no manifest has, check that it is the right file';

function tooLarge(offset: number, message: string): Refusal {
  return { kind: 'too-large', offset, message };
}

function grouped(number: number): string {
  return number.toLocaleString('en');
}

function badEscapesOf(token: string): number {
  return token.length > maxText ? 0 : (token.replace(/\\\\/g, '').match(badEscape)?.length ?? 0);
}

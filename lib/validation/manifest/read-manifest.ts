import { type Document, Lexer, parseAllDocuments, type YAMLError } from 'yaml';
import type { ManifestDocument, SourceRange } from './document.ts';
import { findOffsets } from './node-places.ts';
import { survey } from './survey.ts';
import { TextPositions } from './text-positions.ts';

/** What a text cannot be read for, and where. */
export interface SyntaxProblem {
  readonly kind: 'yaml' | 'duplicate-key' | 'too-large' | 'alias-explosion';
  /** One sentence; quotes nothing of the text. */
  readonly message: string;
  readonly file: string;
  readonly range: SourceRange;
}

export interface Manifest {
  /** Documents that could be read; those that are empty are left out. */
  readonly documents: readonly ManifestDocument[];
  readonly problems: readonly SyntaxProblem[];
}

/** The most bytes that a manifest may have. */
export const maxManifestBytes = 10 * 1024 ** 2;
/** Far above any manifest, and read in well under two seconds. */
const maxTokens = 500_000;
const maxAliases = 1_000;
/** The library reads nested values by recursion; far deeper, it takes the process with it. */
const maxNesting = 500;
/** What comes after so many mistakes in the YAML itself is mostly their consequence. */
const maxProblems = 20;

/** Reads all documents of a YAML or JSON text. Every text gives an answer; none throws. */
export function readManifest(text: string, file: string): Manifest {
  const positions = new TextPositions(text);
  const refusal = whyTooLarge(text);
  if (refusal !== undefined) {
    const { offset, message } = refusal;
    return {
      documents: [],
      problems: [{ kind: 'too-large', message, file, range: positions.range(offset, offset + 1) }],
    };
  }
  const parsed: readonly Document[] = parseAllDocuments(text, {
    logLevel: 'silent',
    prettyErrors: false,
    uniqueKeys: false, // The search of the library is quadratic; `survey` looks for them in one pass.
    stringKeys: true,
  });
  const read = parsed.map((document) => readDocument(document, { text, file, positions }));
  const documents = read.flatMap(({ value, document }) => (value === undefined ? [] : [{ value, document }]));
  return {
    documents: documents.map(({ value, document }, index) =>
      toDocument(document, value, index, { text, file, positions }),
    ),
    problems: read.flatMap(({ problems }) => problems).slice(0, maxProblems),
  };
}

interface Source {
  readonly text: string;
  readonly file: string;
  readonly positions: TextPositions;
}

interface ReadDocument {
  readonly document: Document;
  /** Undefined where there is nothing, or nothing that can be judged. */
  readonly value: unknown;
  readonly problems: readonly SyntaxProblem[];
}

function readDocument(document: Document, { file, positions }: Source): ReadDocument {
  const problemAt = (kind: SyntaxProblem['kind'], message: string, [start, end]: readonly [number, number]) => ({
    kind,
    message,
    file,
    range: positions.range(start, end),
  });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => problemAt('yaml', sentenceOf(error), error.pos));
    return { document, value: undefined, problems };
  }
  const { duplicates, tooDeep } = survey(document);
  if (tooDeep !== undefined) {
    const message = 'this is nested more than 100 levels deep, which no manifest is';
    return { document, value: undefined, problems: [problemAt('too-large', message, tooDeep)] };
  }
  const problems = duplicates.map((place) =>
    problemAt('duplicate-key', 'this field stands here twice; keep one of them', place),
  );
  try {
    const value: unknown = document.toJS({ maxAliasCount: maxAliases });
    return { document, value: value ?? undefined, problems };
  } catch {
    const message = `aliases (*name) make the document grow beyond measure; use at most ${maxAliases}`;
    return { document, value: undefined, problems: [...problems, problemAt('alias-explosion', message, [0, 1])] };
  }
}

/** The library's sentence, up to where it quotes the text, which may hold a secret. */
function sentenceOf(error: YAMLError): string {
  const known = /^[A-Z][^:"'`]*/.exec(error.message)?.[0].trim() ?? '';
  return known === '' ? 'this is not valid YAML' : `this is not valid YAML: ${known}`;
}

function toDocument(
  document: Document,
  value: unknown,
  index: number,
  { text, file, positions }: Source,
): ManifestDocument {
  return {
    file,
    text,
    index,
    value,
    rangeOf: (path) => positions.range(...findOffsets(document, path, 'value')),
    rangeOfKey: (path) => positions.range(...findOffsets(document, path, 'key')),
  };
}

function whyTooLarge(text: string): { readonly offset: number; readonly message: string } | undefined {
  if (Buffer.byteLength(text) > maxManifestBytes) {
    return { offset: 0, message: 'the file has more than 10 MiB; no manifest has, check that it is the right file' };
  }
  let offset = 0;
  let count = 0;
  let nesting: Nesting = { brackets: 0, blocks: 0 };
  for (const token of new Lexer().lex(text)) {
    count += 1;
    nesting = nestingAfter(token, nesting);
    if (nesting.brackets + nesting.blocks > maxNesting) {
      return { offset, message: `this is nested more than ${maxNesting} levels deep, which no manifest is` };
    }
    if (count > maxTokens) {
      const message = `the file has more than ${maxTokens.toLocaleString('en')} words and signs; no manifest has, check that it is the right file`;
      return { offset, message };
    }
    offset += token.length;
  }
  return undefined;
}

/** How deeply the text may be nested so far: in open brackets, and in blocks, by the signs and spaces of the line. */
interface Nesting {
  readonly brackets: number;
  readonly blocks: number;
}

function nestingAfter(token: string, nesting: Nesting): Nesting {
  const { brackets, blocks } = nesting;
  switch (token) {
    case '[':
    case '{':
      return { brackets: brackets + 1, blocks };
    case ']':
    case '}':
      return { brackets: Math.max(brackets - 1, 0), blocks };
    case '-':
    case '?':
      return { brackets, blocks: blocks + 1 };
    default:
      return token.includes('\n') ? { brackets, blocks: 0 } : { brackets, blocks: blocks + indentOf(token) };
  }
}

/** Each column of an indent may be a level. */
function indentOf(token: string): number {
  return token.trim() === '' ? token.length : 0;
}

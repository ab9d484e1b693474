import { type Document, isScalar, parseAllDocuments } from 'yaml';
import { jsonPointer } from '../pointer.ts';
import type { ManifestDocument, SourceRange } from './document.ts';
import { firstMistake } from './first-mistake.ts';
import { findNode, findOffsets } from './node-places.ts';
import { maxAliases, whyRefused } from './refusals.ts';
import { type RepeatedKey, survey } from './survey.ts';
import { TextPositions } from './text-positions.ts';

/** What a text cannot be read for, and where. */
export interface SyntaxProblem {
  readonly kind: 'yaml' | 'duplicate-key' | 'too-large' | 'alias-explosion';
  /** One sentence; quotes nothing of the text. */
  readonly message: string;
  readonly file: string;
  readonly range: SourceRange;
  /** JSON pointer of a key that may be removed, since it says nothing new. */
  readonly removable?: string;
  /** Which document of the file, where it can be read. */
  readonly document?: number;
}

export interface Manifest {
  /** Documents that could be read; those that are empty are left out. */
  readonly documents: readonly ManifestDocument[];
  readonly problems: readonly SyntaxProblem[];
}

/** What comes after so many mistakes in the YAML itself is mostly their consequence. */
const maxProblems = 20;

/** Reads all documents of a YAML or JSON text. Every text gives an answer; none throws. */
export function readManifest(text: string, file: string): Manifest {
  const positions = new TextPositions(text);
  const refusal = whyRefused(text);
  if (refusal !== undefined) {
    const { kind, offset, message } = refusal;
    return { documents: [], problems: [{ kind, message, file, range: positions.range(offset, offset + 1) }] };
  }
  const read = parsedDocuments(text).map((document) => readDocument(document, { text, file, positions }));
  const documents = read.filter(({ value }) => value !== undefined);
  return {
    documents: documents.map(({ value, document }, index) =>
      toDocument(document, value, index, { text, file, positions }),
    ),
    problems: read
      .flatMap((one) => one.problems.map((problem) => ({ ...problem, ...indexOf(documents, one) })))
      .slice(0, maxProblems),
  };
}

/** The documents of a manifest, with the places of their nodes; in the order, and of the number, in which findings count them. */
export function nodesOfManifest(text: string): readonly { readonly document: Document; readonly value: unknown }[] {
  const source = { text, file: '', positions: new TextPositions(text) };
  return whyRefused(text) === undefined
    ? parsedDocuments(text)
        .map((document) => readDocument(document, source))
        .filter(({ value }) => value !== undefined)
    : [];
}

function parsedDocuments(text: string): readonly Document[] {
  return parseAllDocuments(text, {
    logLevel: 'silent',
    merge: true, // As kOps reads them.
    prettyErrors: false,
    uniqueKeys: false, // The search of the library is quadratic; `survey` looks for them in one pass.
    stringKeys: true,
  });
}

function indexOf<One>(all: readonly One[], one: One): { readonly document?: number } {
  const index = all.indexOf(one);
  return index < 0 ? {} : { document: index };
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

function readDocument(document: Document, { text, file, positions }: Source): ReadDocument {
  const problemAt = (
    kind: SyntaxProblem['kind'],
    message: string,
    [start, end]: readonly [number, number],
  ): SyntaxProblem => ({
    kind,
    message,
    file,
    range: positions.range(start, end),
  });
  const mistake = firstMistake(document.errors, text);
  if (mistake !== undefined) {
    return { document, value: undefined, problems: [problemAt('yaml', mistake.message, mistake.at)] };
  }
  const { duplicates, tooDeep, endless } = survey(document, text);
  if (tooDeep !== undefined) {
    const message = 'this is nested more than 100 levels deep, which no manifest is';
    return { document, value: undefined, problems: [problemAt('too-large', message, tooDeep)] };
  }
  if (endless !== undefined) {
    const message = 'this alias (*name) stands inside of what it stands for, and would never end; write the value out';
    return { document, value: undefined, problems: [problemAt('alias-explosion', message, endless)] };
  }
  const problems = duplicates.map((key) => ({
    ...problemAt('duplicate-key', 'this field stands here twice; keep one of them', key.at),
    ...removable(key),
  }));
  try {
    const value: unknown = document.toJS({ maxAliasCount: maxAliases });
    return { document, value: value ?? undefined, problems };
  } catch (error) {
    const isMerge = error instanceof Error && error.message.startsWith('Merge sources');
    const problem: SyntaxProblem = isMerge
      ? problemAt('yaml', 'this is not valid YAML: only mappings can be merged with <<', [0, 1])
      : problemAt(
          'alias-explosion',
          `aliases (*name) make the document grow beyond measure; use at most ${maxAliases}`,
          [0, 1],
        );
    return { document, value: undefined, problems: [...problems, problem] };
  }
}

function removable({ path, isSame }: RepeatedKey): Pick<SyntaxProblem, 'removable'> {
  return isSame ? { removable: jsonPointer(path) } : {};
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
    within: [],
    rangeOf: (path) => positions.range(...findOffsets(document, path, 'value')),
    rangeOfKey: (path) => positions.range(...findOffsets(document, path, 'key')),
    sourceOf: (path) => {
      const node = findNode(document, path);
      return isScalar(node) ? node.source : undefined;
    },
  };
}

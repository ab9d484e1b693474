import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  parseDocument,
} from 'yaml';
import { jsonPointer, type Problem } from './problem.ts';
import { type Position, type Range, SourceText } from './source-text.ts';
import { breaksFile, nestedTooDeeply, yamlSentence } from './yaml-sentences.ts';
import { rangeOf, survey } from './yaml-survey.ts';

export type Path = readonly PropertyKey[];

/** The most bytes that a configuration file may have. */
export const maxConfigBytes = 1024 * 1024;
/** The sentence for a file with more. */
export const tooManyBytes =
  'the file has more than 1 MiB; no configuration needs that, check that it is the right file';
/** Far above any real file, and low enough for the parser, whose search for duplicate keys is quadratic. */
const maxTokens = 50_000;
const maxAliases = 100;
/** What comes after so many mistakes in the YAML itself is mostly their consequence. */
const maxYamlProblems = 20;

/** What a YAML text says, and where. */
export interface YamlSource {
  /** Plain data; undefined where the file is too broken to be judged further. */
  readonly value: unknown;
  /** What is wrong with the text as YAML. */
  readonly problems: readonly Problem[];
  /** Where the field at a path stands; for one that is missing, where its nearest ancestor stands. */
  positionOf(path: Path): Position;
  /** A problem of the value at a path, or of its key. */
  problemAt(path: Path, message: string, part?: 'key' | 'value'): Problem;
}

/** Reads YAML 1.2. Every text gives an answer; none throws. Texts that explode (size, nesting, aliases) are refused. */
export function readYaml(text: string, file: string): YamlSource {
  const refusal = tooLarge(text);
  if (refusal !== undefined) {
    return refused(text, file, refusal.offset, refusal.message);
  }
  const document = parseDocument(text, { prettyErrors: false, stringKeys: true, version: '1.2', schema: 'core' });
  const { secrets, tooDeep } = survey(document);
  if (tooDeep !== undefined) {
    return refused(text, file, tooDeep, nestedTooDeeply);
  }
  const source = new SourceText(text, file, secrets);
  const errors = [...document.errors, ...document.warnings];
  const problems = errors.slice(0, maxYamlProblems).map((error) => source.problem(error.pos, '', yamlSentence(error)));
  const plain = errors.some(breaksFile) ? { value: undefined } : toPlain(document);
  return {
    value: plain.value,
    problems: plain.refusal === undefined ? problems : [...problems, source.problem([0, 1], '', plain.refusal)],
    positionOf: (path) => source.positionOf(find(document, path, 'key')[0]),
    problemAt: (path, message, part = 'value') =>
      source.problem(find(document, path, part), jsonPointer(path), message),
  };
}

function refused(text: string, file: string, offset: number, message: string): YamlSource {
  const { excerpt: _unsafe, ...problem } = new SourceText(text, file).problem([offset, offset + 1], '', message);
  const withoutExcerpt = { ...problem, excerpt: '' };
  return {
    value: undefined,
    problems: [withoutExcerpt],
    positionOf: () => ({ file, line: problem.line, column: problem.column }),
    problemAt: (path, other) => ({ ...withoutExcerpt, pointer: jsonPointer(path), message: other }),
  };
}

function tooLarge(text: string): { readonly offset: number; readonly message: string } | undefined {
  if (Buffer.byteLength(text) > maxConfigBytes) {
    return { offset: 0, message: tooManyBytes };
  }
  let offset = 0;
  let count = 0;
  for (const token of new Lexer().lex(text)) {
    count += 1;
    if (count > maxTokens) {
      const message = `the file has more than ${maxTokens} words and signs; no configuration needs that, check that it is the right file`;
      return { offset, message };
    }
    offset += token.length;
  }
  return undefined;
}

function toPlain(document: Document): { readonly value: unknown; readonly refusal?: string } {
  try {
    return { value: document.toJS({ maxAliasCount: maxAliases }) as unknown };
  } catch {
    return {
      value: undefined,
      refusal: `aliases (*name) make the file grow beyond measure; use at most ${maxAliases}`,
    };
  }
}

/** The range of a key or a value; where the path leads nowhere, that of the last key on the way. */
function find(document: Document, path: Path, part: 'key' | 'value'): Range {
  let node: unknown = document.contents;
  let range: Range = [0, 1];
  for (const [index, segment] of path.entries()) {
    const step = child(isAlias(node) ? node.resolve(document) : node, segment);
    if (step === undefined) {
      return range;
    }
    const { key, value } = step;
    const wantsValue = key === undefined || (part === 'value' && index === path.length - 1);
    if (wantsValue && isShown(value, key !== undefined)) {
      range = rangeOf(value);
    } else if (isNode(key)) {
      range = rangeOf(key);
    }
    node = value;
  }
  return range;
}

/** Whether a value is worth a caret: something is there, and it is not a block that its key stands for. */
function isShown(value: unknown, hasKey: boolean): value is Node {
  if (!isNode(value) || rangeOf(value)[1] === rangeOf(value)[0]) {
    return false;
  }
  return !hasKey || !isCollection(value) || value.flow === true;
}

function child(node: unknown, segment: PropertyKey): { readonly key?: unknown; readonly value: unknown } | undefined {
  if (isSeq(node)) {
    return typeof segment === 'number' && segment < node.items.length ? { value: node.items[segment] } : undefined;
  }
  return isMap(node) ? node.items.findLast(({ key }) => isScalar(key) && key.value === segment) : undefined;
}

import { parseSync } from '@swc/core';

/** One small change of a source that should make a test fail. */
export interface Mutant {
  /** From 1 on. */
  readonly line: number;
  /** What stands there, and what takes its place, in one line. */
  readonly change: string;
  /** The whole source with the change. */
  readonly source: string;
}

/** Text that takes the place of a part of a source. Offsets are in bytes of UTF-8. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What swc says of a piece of code, as far as it is looked at. */
type Syntax = { readonly type: string; readonly span: { readonly start: number; readonly end: number } } & Readonly<
  Record<string, unknown>
>;

const operators: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '&&': '||',
  '||': '&&',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
};

/** Methods that compare a text with another one, or look for a field of that name. */
const comparing = ['includes', 'startsWith', 'endsWith', 'at'];

/** Methods that ask elements, and their opposites. */
const asking = new Map([
  ['some', 'every'],
  ['every', 'some'],
  ['find', 'findLast'],
  ['findLast', 'find'],
]);

/** What a rule says of itself: no case can tell it from another text. */
const described = ['id', 'on', 'severity', 'title', 'explanation', 'kops'];

/**
 * The mutants of a TypeScript source: numbers one more and one less, operators, signs and negations, conditions forced to both
 * sides, `some` and `every`, first and last, problems that are not yielded, names of fields and texts that others are compared with, and
 * regular expressions that match anywhere.
 */
export function mutantsOf(source: string): readonly Mutant[] {
  const bytes = Buffer.from(source);
  // Spans count on from one parse to the next: the statement put in front shows where this one begins.
  const module = parseSync(`0;${source}`, { syntax: 'typescript', target: 'es2022' }) as unknown as Syntax;
  const offset = module.span.start + 2;
  const edits = [...editsOf(module, bytes, offset)].filter(({ start }) => start >= 0);
  return edits.map(({ start, end, text }) => {
    const original = bytes.subarray(start, end).toString();
    return {
      line: bytes.subarray(0, start).toString().split('\n').length,
      change: `${oneLine(original)} → ${oneLine(text)}`,
      source: `${bytes.subarray(0, start)}${text}${bytes.subarray(end)}`,
    };
  });
}

function* editsOf(node: Syntax, bytes: Buffer, offset: number): Iterable<Edit> {
  if (node.type.startsWith('Ts')) {
    const { expression } = node; // Of a cast; the rest of a type is gone when the code runs.
    if (isSyntax(expression)) {
      yield* editsOf(expression, bytes, offset);
    }
    return;
  }
  if (isDescription(node)) {
    return;
  }
  for (const { start, end, text } of ownEdits(node, bytes, offset)) {
    yield { start: start - offset, end: end - offset, text };
  }
  for (const child of childrenOf(node)) {
    yield* editsOf(child, bytes, offset);
  }
}

/** Where spans are meant, as swc counts them. */
function* ownEdits(node: Syntax, bytes: Buffer, offset: number): Iterable<Edit> {
  const textOf = ({ span }: Syntax): string => bytes.subarray(span.start - offset, span.end - offset).toString();
  switch (node.type) {
    case 'BinaryExpression':
      yield* ofBinary(node, bytes, offset);
      break;
    case 'UnaryExpression':
      if (node['operator'] === '!' || node['operator'] === '-') {
        yield { ...node.span, text: textOf(node['argument'] as Syntax) };
      }
      break;
    case 'NumericLiteral':
      yield { ...node.span, text: `${Number(node['value']) + 1}` };
      yield { ...node.span, text: `(${Number(node['value']) - 1})` };
      break;
    case 'IfStatement':
    case 'ConditionalExpression':
      yield { ...(node['test'] as Syntax).span, text: node.type === 'IfStatement' ? '(true)' : 'true' };
      yield { ...(node['test'] as Syntax).span, text: node.type === 'IfStatement' ? '(false)' : 'false' };
      break;
    case 'MemberExpression':
      yield* ofMethod(node['property'] as Syntax);
      break;
    case 'RegExpLiteral':
      for (const pattern of looserExpressions(String(node['pattern']))) {
        yield { ...node.span, text: `/${pattern}/${String(node['flags'])}` };
      }
      break;
    case 'ExpressionStatement':
      if ((node['expression'] as Syntax).type === 'YieldExpression') {
        yield { ...node.span, text: ';' };
      }
      break;
    default:
      for (const text of comparedTexts(node)) {
        yield otherText(text, bytes, offset);
      }
  }
}

function* ofBinary(node: Syntax, bytes: Buffer, offset: number): Iterable<Edit> {
  const { left, right, operator } = node as unknown as { left: Syntax; right: Syntax; operator: string };
  const text = operators[operator];
  if (text !== undefined) {
    const between = bytes.subarray(left.span.end - offset, right.span.start - offset).toString();
    const start = left.span.end + between.indexOf(operator);
    yield { start, end: start + operator.length, text };
  }
  if (operator === '===' || operator === '!==') {
    for (const side of [left, right].filter(isText)) {
      yield otherText(side, bytes, offset);
    }
  }
}

function* ofMethod({ span, value }: Syntax): Iterable<Edit> {
  const text = asking.get(String(value));
  if (text !== undefined) {
    yield { ...span, text };
  }
}

function otherText({ span }: Syntax, bytes: Buffer, offset: number): Edit {
  const quoted = bytes.subarray(span.start - offset, span.end - offset).toString();
  return { ...span, text: `${quoted.slice(0, -1)}~${quoted.slice(-1)}` };
}

/** Without what ties it to the beginning and to the end. */
function* looserExpressions(pattern: string): Iterable<string> {
  if (pattern.startsWith('^')) {
    yield pattern.slice(1);
  }
  if (pattern.endsWith('$')) {
    yield pattern.slice(0, -1);
  }
}

/** Texts of a list, of a case, or given to a method that compares. */
function comparedTexts(node: Syntax): readonly Syntax[] {
  switch (node.type) {
    case 'ArrayExpression':
      return (node['elements'] as readonly { readonly expression: Syntax }[])
        .map((element) => element?.expression)
        .filter(isText);
    case 'SwitchCase':
      return [node['test']].filter(isText);
    case 'CallExpression':
      return isComparison(node['callee'] as Syntax)
        ? (node['arguments'] as readonly { readonly expression: Syntax }[])
            .map(({ expression }) => expression)
            .filter(isText)
        : [];
    default:
      return [];
  }
}

function isComparison(callee: Syntax): boolean {
  const property = callee['property'] as { readonly value?: unknown } | undefined;
  return callee.type === 'MemberExpression' && comparing.includes(String(property?.value));
}

function isDescription(node: Syntax): boolean {
  const key = node['key'] as { readonly value?: unknown } | undefined;
  return node.type === 'KeyValueProperty' && described.includes(String(key?.value));
}

function childrenOf(node: Syntax): readonly Syntax[] {
  return Object.values(node).flatMap((value) => {
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    return list.flatMap((one) => (isSyntax(one) ? [one] : isWrapper(one) ? childrenOf(one as Syntax) : []));
  });
}

/** Something without a type of its own that holds code: an element of a list, an argument. */
function isWrapper(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !('type' in value);
}

function isSyntax(value: unknown): value is Syntax {
  return typeof value === 'object' && value !== null && 'type' in value && 'span' in value;
}

function isText(value: unknown): value is Syntax {
  return isSyntax(value) && value.type === 'StringLiteral';
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

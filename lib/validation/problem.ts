import { type FieldPath, formatPath } from './field-path.ts';
import type { Node } from './node.ts';
import { covered, coverUserInfo, coverValue, isSecretKind, mayHoldSecret } from './secrets.ts';

/** The kinds of kOps's field errors (k8s.io/apimachinery, `field.ErrorType`), and what each is called in a message. */
export const problemKinds = {
  required: 'Required value',
  invalid: 'Invalid value',
  forbidden: 'Forbidden',
  unsupported: 'Unsupported value',
  duplicate: 'Duplicate value',
  notFound: 'Not found',
  tooMany: 'Too many',
} as const;

export type ProblemKind = keyof typeof problemKinds;

/** What a rule finds at one place. */
export interface Problem {
  readonly node: Node;
  readonly kind: ProblemKind;
  /** kOps's own text, where kOps has the rule; else one sentence with what is wrong and what would be right. */
  readonly detail: string;
  /** The value that kOps prints, where it is not that of the field. */
  readonly value?: unknown;
  /** The path that kOps prints, where that is a slip: the finding gives the right one and mentions this. */
  readonly kopsPath?: string;
  /** What would mend it, where that is certain. */
  readonly fix?: Fix;
}

/** A change of one field that mends a problem for certain. */
export interface Fix {
  readonly path: FieldPath;
  /** The value that the field must have; undefined: the field is removed, unless it gets another name. */
  readonly value: unknown;
  /** The name in the file that the field must have; its value stays. */
  readonly rename?: string;
}

export type ProblemOptions = Pick<Problem, 'value' | 'kopsPath' | 'fix'>;

/** Something that must be there, and is not. */
export function required(node: Node, detail = '', options: ProblemOptions = {}): Problem {
  return { node, kind: 'required', detail, ...options };
}

export function invalid(node: Node, detail: string, options: ProblemOptions = {}): Problem {
  return { node, kind: 'invalid', detail, ...options };
}

/** Something that may not be there, or not together with something else. */
export function forbidden(node: Node, detail: string, options: ProblemOptions = {}): Problem {
  return { node, kind: 'forbidden', detail, ...options };
}

/** A value that is none of those allowed, in the order in which kOps declares them. */
export function unsupported(node: Node, allowed: readonly string[], options: ProblemOptions = {}): Problem {
  const detail = `supported values: ${allowed.map((value) => JSON.stringify(value)).join(', ')}`;
  return { node, kind: 'unsupported', detail, ...options };
}

export function duplicate(node: Node, options: ProblemOptions = {}): Problem {
  return { node, kind: 'duplicate', detail: '', ...options };
}

/** A name that leads nowhere. */
export function notFound(node: Node, detail = '', options: ProblemOptions = {}): Problem {
  return { node, kind: 'notFound', detail, ...options };
}

export function tooMany(node: Node, detail: string, options: ProblemOptions = {}): Problem {
  return { node, kind: 'tooMany', detail, ...options };
}

/** Kinds of which kOps prints the value. */
const withValue: readonly ProblemKind[] = ['invalid', 'unsupported', 'duplicate', 'notFound', 'tooMany'];

/**
 * The error as kOps prints it: `<path>: <type>[: <value>][: <detail>]` (k8s.io/apimachinery, `field.Error.Error`). A value
 * that may be a secret is covered, and so are users and passwords of URLs.
 */
export function formatProblem(problem: Problem, path = formatPath(problem.node.path)): string {
  const { node, kind, detail } = problem;
  const value = 'value' in problem ? problem.value : node.value;
  const isSecret = isSecretKind(node.object.kind) || mayHoldSecret(node.path, node.object.root.value);
  const shown = isSecret && value !== undefined && value !== null ? covered : coverValue(value);
  const quoted = isSecret ? withoutValues(detail, [value, node.value]) : detail;
  const parts = [path, problemKinds[kind], ...(withValue.includes(kind) ? [formatValue(shown)] : []), quoted];
  return coverUserInfo(parts.filter((part) => part !== '').join(': '));
}

/** A detail that does not quote the values; which parts of a structure it quotes cannot be known. */
function withoutValues(detail: string, values: readonly unknown[]): string {
  const texts = values.filter((value) => typeof value === 'string' || typeof value === 'number').map(String);
  return texts.filter((text) => text !== '').reduce((left, text) => left.replaceAll(text, covered), detail);
}

/** Texts are quoted as Go does, numbers and booleans are plain, anything else is JSON. */
function formatValue(value: unknown): string {
  if (value === undefined || value === null) {
    return '"null"';
  }
  return typeof value === 'number' || typeof value === 'boolean' ? `${value}` : JSON.stringify(value);
}

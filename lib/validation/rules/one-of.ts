import type { Node } from '../node.ts';
import { type Problem, type ProblemOptions, unsupported } from '../problem.ts';

/** A problem where a text is there and is none of those allowed. */
export function* oneOf(node: Node, allowed: readonly string[]): Iterable<Problem> {
  if (node.text !== undefined && !allowed.includes(node.text)) {
    yield unsupported(node, allowed, inOtherCapitals(node, allowed));
  }
}

/** The same of a field of which kOps tells an empty text from none: in its API, a pointer. */
export function* oneOfGiven(node: Node, allowed: readonly string[]): Iterable<Problem> {
  if (typeof node.value === 'string' && !allowed.includes(node.value)) {
    yield unsupported(node, allowed, inOtherCapitals(node, allowed));
  }
}

/** The fix of a text that differs from one that is allowed in capitals only. */
export function inOtherCapitals(node: Node, allowed: readonly string[]): Pick<ProblemOptions, 'fix'> {
  const alike = allowed.filter((value) => value.toLowerCase() === node.text?.toLowerCase());
  return alike.length === 1 ? { fix: { path: node.path, value: alike[0] } } : {};
}

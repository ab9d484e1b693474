import type { Node } from '../node.ts';
import { type Problem, unsupported } from '../problem.ts';

/** A problem where a text is there and is none of those allowed. */
export function* oneOf(node: Node, allowed: readonly string[]): Iterable<Problem> {
  if (node.text !== undefined && !allowed.includes(node.text)) {
    yield unsupported(node, allowed);
  }
}

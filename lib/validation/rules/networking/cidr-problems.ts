import { parseAddress, parseCidr } from '../../cidr.ts';
import type { Node } from '../../node.ts';
import { invalid, type Problem } from '../../problem.ts';

/** What kOps says of a text that should be a network (`parseCIDR`, pkg/apis/kops/validation/validation.go); nothing of one that is absent. */
export function* cidrProblems(node: Node, kopsPath?: string): Iterable<Problem> {
  if (node.text !== undefined) {
    yield* problemsOf(node, node.text, kopsPath);
  }
}

/** The same of an element of a list, of which an empty one is no network either. */
export function* listedCidrProblems(node: Node, kopsPath?: string): Iterable<Problem> {
  if (typeof node.value === 'string') {
    yield* problemsOf(node, node.value, kopsPath);
  }
}

function* problemsOf(node: Node, text: string, kopsPath: string | undefined): Iterable<Problem> {
  const slip = kopsPath === undefined ? {} : { kopsPath };
  const cidr = parseCidr(text);
  if (cidr === undefined) {
    yield invalid(node, `Could not be parsed as a CIDR${suggestion(text)}`, slip);
  } else if (!cidr.exact) {
    // No fix: it cannot be seen whether the address or the size is wrong.
    yield invalid(node, `Network contains bits outside prefix (did you mean "${cidr.text}")`, slip);
  }
}

function suggestion(text: string): string {
  if (parseAddress(text) === undefined) {
    return '';
  }
  return ` (did you mean "${text}/${text.includes(':') ? 64 : 32}")`;
}

import { parseAddress, parseCidr } from '../../cidr.ts';
import type { Node } from '../../node.ts';
import { invalid, type Problem } from '../../problem.ts';

/** What kOps says of a text that should be a network (`parseCIDR`, pkg/apis/kops/validation/validation.go); nothing of one that is absent. */
export function* cidrProblems(node: Node, kopsPath?: string): Iterable<Problem> {
  const { text } = node;
  if (text === undefined) {
    return;
  }
  const slip = kopsPath === undefined ? {} : { kopsPath };
  const cidr = parseCidr(text);
  if (cidr === undefined) {
    yield invalid(node, `Could not be parsed as a CIDR${suggestion(text)}`, slip);
  } else if (!cidr.exact) {
    const fix = { path: node.path, value: cidr.text };
    yield invalid(node, `Network contains bits outside prefix (did you mean "${cidr.text}")`, { ...slip, fix });
  }
}

function suggestion(text: string): string {
  if (parseAddress(text) === undefined) {
    return '';
  }
  return ` (did you mean "${text}/${text.includes(':') ? 64 : 32}")`;
}

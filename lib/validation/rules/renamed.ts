import type { Node } from '../node.ts';
import type { ProblemOptions } from '../problem.ts';

/** The fix of a field that has another name now, unless the holder has one of that name already. */
export function renamed(field: Node, holder: Node, name: string): Pick<ProblemOptions, 'fix'> {
  return holder.at(name).present ? {} : { fix: { path: field.path, value: undefined, rename: name } };
}

import { type Document, isAlias, isCollection, isMap, isNode, isScalar, isSeq, type Node } from 'yaml';
import { type FieldPath, propertyOf } from '../field-path.ts';

/** Offsets into the text, the end excluded. */
export type Offsets = readonly [start: number, end: number];

/**
 * Where the value at a path stands, or its key; where the path leads nowhere, the last key on the way. A block that begins below
 * its key is shown by the key.
 */
export function findOffsets(document: Document, path: FieldPath, part: 'key' | 'value'): Offsets {
  let node: unknown = document.contents;
  let found: Offsets = firstKeyOf(node) ?? [0, 1];
  for (const [index, segment] of path.entries()) {
    const step = stepInto(isAlias(node) ? node.resolve(document) : node, propertyOf(segment));
    if (step === undefined) {
      return found;
    }
    const { key, value } = step;
    const last = index === path.length - 1;
    if ((last && part === 'value' && isShown(value)) || !isNode(key)) {
      found = isNode(value) ? offsetsOf(value) : found;
    } else {
      found = offsetsOf(key);
    }
    node = value;
  }
  return found;
}

/** Without the white space and comments behind it. */
export function offsetsOf(node: Node): Offsets {
  const [start, end] = node.range ?? [0, 1];
  return [start, end];
}

/** A whole document is shown by its first key: `apiVersion`, mostly. */
function firstKeyOf(node: unknown): Offsets | undefined {
  const key = isMap(node) ? node.items[0]?.key : undefined;
  return isNode(key) ? offsetsOf(key) : isNode(node) ? offsetsOf(node) : undefined;
}

function isShown(value: unknown): boolean {
  if (!isNode(value)) {
    return false;
  }
  const [start, end] = offsetsOf(value);
  return end > start && (!isCollection(value) || value.flow === true);
}

function stepInto(
  node: unknown,
  property: string | number,
): { readonly key?: unknown; readonly value: unknown } | undefined {
  if (isSeq(node)) {
    return typeof property === 'number' && property < node.items.length ? { value: node.items[property] } : undefined;
  }
  return isMap(node)
    ? node.items.findLast(({ key }) => isScalar(key) && String(key.value) === String(property))
    : undefined;
}

import { type Document, isCollection, isMap, isNode, isScalar, type Node } from 'yaml';
import { type Offsets, offsetsOf } from './node-places.ts';

const maxDepth = 100;

/** What must be known of a document before its values are taken. */
export interface Survey {
  /** Keys that stand in their mapping for a second time. */
  readonly duplicates: readonly Offsets[];
  /** The first value that is nested too deeply. */
  readonly tooDeep: Offsets | undefined;
}

/** Looks through a document without recursion, whatever it holds, in one pass. */
export function survey(document: Document): Survey {
  const duplicates: Offsets[] = [];
  const waiting: { readonly node: Node; readonly depth: number }[] = [];
  if (isNode(document.contents)) {
    waiting.push({ node: document.contents, depth: 1 });
  }
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, depth } = next;
    if (depth > maxDepth) {
      return { duplicates, tooDeep: offsetsOf(node) };
    }
    if (isMap(node)) {
      duplicates.push(...repeatedKeys(node.items.map(({ key }) => key)));
    }
    for (const child of childrenOf(node)) {
      waiting.push({ node: child, depth: depth + 1 });
    }
  }
  return { duplicates: duplicates.sort(([a], [b]) => a - b), tooDeep: undefined };
}

function repeatedKeys(keys: readonly unknown[]): readonly Offsets[] {
  const seen = new Set<unknown>();
  return keys.flatMap((key) => {
    const value = isScalar(key) ? key.value : key;
    const repeated = seen.has(value);
    seen.add(value);
    return repeated && isNode(key) ? [offsetsOf(key)] : [];
  });
}

function childrenOf(node: Node): readonly Node[] {
  if (!isCollection(node)) {
    return [];
  }
  return node.items
    .map((item) => (isNode(item) ? item : (item as { value?: unknown }).value))
    .filter(isNode)
    .filter(isCollection);
}

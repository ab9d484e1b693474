import { type Document, isAlias, isCollection, isMap, isNode, isPair, isScalar, type Node, type Pair } from 'yaml';
import { type Offsets, offsetsOf } from './node-places.ts';

const maxDepth = 100;

/** A key that stands in its mapping for a second time. */
export interface RepeatedKey {
  readonly at: Offsets;
  /** From the root of the document. */
  readonly path: readonly (string | number)[];
  /** Whether it has the very value of the first. */
  readonly isSame: boolean;
}

/** What must be known of a document before its values are taken. */
export interface Survey {
  readonly duplicates: readonly RepeatedKey[];
  /** The first value that is nested too deeply. */
  readonly tooDeep: Offsets | undefined;
  /** An alias inside what it stands for, which would never end. */
  readonly endless: Offsets | undefined;
}

interface Visit {
  readonly node: Node;
  readonly path: readonly (string | number)[];
}

/** Looks through a document without recursion, whatever it holds, in one pass. */
export function survey(document: Document, text: string): Survey {
  const duplicates: RepeatedKey[] = [];
  const named: Node[] = [];
  const waiting: Visit[] = isNode(document.contents) ? [{ node: document.contents, path: [] }] : [];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, path } = next;
    if (path.length >= maxDepth) {
      return { duplicates, tooDeep: offsetsOf(node), endless: undefined };
    }
    if (isMap(node)) {
      duplicates.push(...repeatedKeys(node.items, path, text));
    }
    const children = childrenOf(next);
    named.push(...children.map((child) => child.node).filter((child) => isAlias(child) || child.anchor !== undefined));
    waiting.push(...children.filter((child) => isCollection(child.node)));
  }
  return {
    duplicates: duplicates.sort(({ at: [a] }, { at: [b] }) => a - b),
    tooDeep: undefined,
    endless: endlessAlias(named),
  };
}

function repeatedKeys(pairs: readonly Pair[], path: Visit['path'], text: string): readonly RepeatedKey[] {
  const seen = new Map<unknown, unknown>();
  return pairs.flatMap(({ key, value }) => {
    const name = isScalar(key) ? key.value : key;
    const isRepeated = seen.has(name);
    const isSame = isRepeated && textOf(seen.get(name), text) === textOf(value, text);
    if (!isRepeated) {
      seen.set(name, value);
    }
    return isRepeated && isNode(key) ? [{ at: offsetsOf(key), path: [...path, String(name)], isSame }] : [];
  });
}

function textOf(node: unknown, text: string): string {
  return isNode(node) ? text.slice(...offsetsOf(node)).trim() : '';
}

function childrenOf({ node, path }: Visit): readonly Visit[] {
  if (!isCollection(node)) {
    return [];
  }
  return node.items.flatMap((item, index) => {
    const child = isPair(item) ? item.value : item;
    const step = isPair(item) && isScalar(item.key) ? String(item.key.value) : index;
    return isNode(child) ? [{ node: child, path: [...path, step] }] : [];
  });
}

/** The alias stands for the last node of its name before it; where that has not ended yet, it holds itself. */
function endlessAlias(named: readonly Node[]): Offsets | undefined {
  const ends = new Map<string, number>();
  for (const node of [...named].sort((a, b) => offsetsOf(a)[0] - offsetsOf(b)[0])) {
    const [start, end] = offsetsOf(node);
    if (!isAlias(node)) {
      ends.set(node.anchor ?? '', end);
    } else if ((ends.get(node.source) ?? 0) > start) {
      return [start, end];
    }
  }
  return undefined;
}

import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
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
    const step = stepInto(document, node, propertyOf(segment));
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

/** The node at a path; undefined where nothing stands. */
export function findNode(document: Document, path: FieldPath): unknown {
  return path.reduce<unknown>(
    (node, segment) => stepInto(document, node, propertyOf(segment))?.value,
    document.contents,
  );
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

interface Step {
  readonly key?: unknown;
  readonly value: unknown;
}

/** One step further, through aliases, and into what is merged with `<<`, where the mapping itself has no such key. */
function stepInto(document: Document, from: unknown, property: string | number): Step | undefined {
  const node = isAlias(from) ? from.resolve(document) : from;
  if (isSeq(node)) {
    return typeof property === 'number' && property < node.items.length ? { value: node.items[property] } : undefined;
  }
  if (!isMap(node)) {
    return undefined;
  }
  return (
    entriesOf(node).get(String(property)) ??
    mergedInto(node)
      .map((source) => stepInto(document, source, property))
      .find((step) => step !== undefined)
  );
}

const known = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

/** The last entry of each name: a mapping with many fields is asked for many of them. */
function entriesOf(map: YAMLMap): ReadonlyMap<string, Pair> {
  const entries =
    known.get(map) ??
    new Map(map.items.flatMap((pair) => (isScalar(pair.key) ? [[String(pair.key.value), pair] as const] : [])));
  known.set(map, entries);
  return entries;
}

function mergedInto(map: YAMLMap): readonly unknown[] {
  return map.items
    .filter(({ key }) => isScalar(key) && key.source === '<<')
    .flatMap(({ value }) => (isSeq(value) ? value.items : [value]));
}

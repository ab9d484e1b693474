import { type Document, isCollection, isMap, isNode, isPair, isScalar, isSeq, type Node, stringify } from 'yaml';
import type { FindingFix } from '../finding.ts';
import { offsetsOf } from '../manifest/node-places.ts';
import { pointerSteps } from '../pointer.ts';

/** A part of a text, and what takes its place. Offsets in UTF-16 units, the end excluded. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Whether the field stands there once more, so that nothing changes for a reader. */
  readonly isRepeated?: boolean;
}

/** An entry of a mapping or a list. */
interface Entry {
  readonly holder: Holder;
  readonly index: number;
  /** Undefined in a list. */
  readonly key: Node | undefined;
  readonly value: Node | undefined;
}

interface Holder {
  readonly node: Node;
  readonly isFlow: boolean;
  readonly items: readonly unknown[];
}

/**
 * The change of the text that carries a fix out and leaves everything else as it is written; undefined where the field cannot be found in
 * the text itself, or is written in a way that has to be changed by hand. Whoever splices reads the result again to be sure.
 */
export function spliceFor(document: Document, text: string, fix: FindingFix): Splice | undefined {
  const entry = entryAt(document, pointerSteps(fix.pointer));
  if (entry === undefined) {
    return undefined;
  }
  if (fix.rename !== undefined) {
    return entry.key && replace(entry.key, fix.rename, text, entry.holder.isFlow);
  }
  if ('value' in fix) {
    const { value } = fix;
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return entry.value && isPlain && !isCollection(entry.value)
      ? replace(entry.value, value, text, entry.holder.isFlow)
      : undefined;
  }
  const { holder, key } = entry;
  const isRepeated = isScalar(key) && holder.items.filter((item) => keyOf(item) === String(key.value)).length > 1;
  const splice = removal(entry, text);
  return splice && { ...splice, isRepeated };
}

/** By what stands in the text: what an alias or a merge brings in is not found. */
function entryAt(document: Document, steps: readonly string[]): Entry | undefined {
  let entry: Entry | undefined;
  let node: unknown = document.contents;
  for (const step of steps) {
    entry = entryOf(node, step);
    node = entry?.value;
  }
  return entry;
}

function entryOf(node: unknown, step: string): Entry | undefined {
  if (!isMap(node) && !isSeq(node)) {
    return undefined;
  }
  const items: readonly unknown[] = node.items;
  const index = isSeq(node) ? Number(step) : items.findLastIndex((item) => keyOf(item) === step);
  const item = items[index];
  const holder = { node, isFlow: node.flow === true, items };
  if (isPair(item)) {
    const { key, value } = item;
    return isNode(key) ? { holder, index, key, value: isNode(value) ? value : undefined } : undefined;
  }
  return isNode(item) ? { holder, index, key: undefined, value: item } : undefined;
}

function keyOf(item: unknown): string | undefined {
  return isPair(item) && isScalar(item.key) ? String(item.key.value) : undefined;
}

function replace(node: Node, value: string | number | boolean, text: string, isFlow: boolean): Splice {
  const [start, end] = offsetsOf(node);
  return { start, end, text: written(value, text[start], isFlow) };
}

/** In the quotes that were there; as kOps's reader of YAML 1.1 takes it for the same. */
function written(value: string | number | boolean, quote: string | undefined, isFlow: boolean): string {
  if (typeof value !== 'string') {
    return String(value);
  }
  if (quote === "'") {
    return `'${value.replace(/'/g, "''")}'`;
  }
  return isFlow || quote === '"' ? JSON.stringify(value) : stringify(value, { version: '1.1', lineWidth: 0 }).trimEnd();
}

function removal(entry: Entry, text: string): Splice | undefined {
  const { holder, index } = entry;
  if (holder.items.length === 1) {
    return emptied(holder, text);
  }
  if (holder.isFlow) {
    const [before, after] = [holder.items[index - 1], holder.items[index + 1]];
    const start = after === undefined && before !== undefined ? endOf(before) : startOf(holder.items[index]);
    return { start, end: after === undefined ? endOf(holder.items[index]) : startOf(after), text: '' };
  }
  return wholeLines(entry, text);
}

/** Without its only entry, it is an empty mapping or list, not null. */
function emptied({ node, isFlow }: Holder, text: string): Splice {
  const [start] = offsetsOf(node);
  const end = isFlow ? offsetsOf(node)[1] : contentEnd(node);
  const from = isSeq(node) && !isFlow ? text.lastIndexOf('-', start) : start;
  const behindKey = /:([ \t]*\r?\n[ \t]*)$/.exec(text.slice(0, from))?.[1];
  const empty = isSeq(node) ? '[]' : '{}';
  return behindKey === undefined
    ? { start: from, end, text: empty }
    : { start: from - behindKey.length, end, text: ` ${empty}` };
}

/** The lines of an entry of a block, with the comment behind it. The first field of an item of a list leaves its dash there. */
function wholeLines({ holder, index, key, value }: Entry, text: string): Splice | undefined {
  const first = key ?? value;
  if (first === undefined) {
    return undefined;
  }
  const [start] = offsetsOf(first);
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lead = text.slice(lineStart, start);
  const end = lineEnd(text, contentEnd(value ?? first, first));
  if (lead.trim() === '' || (key === undefined && /^\s*-\s+$/.test(lead))) {
    return { start: lineStart, end, text: '' };
  }
  const next = holder.items[index + 1];
  const onNextLine = next !== undefined && text.slice(end, startOf(next)).trim() === '';
  return key !== undefined && onNextLine ? { start, end: startOf(next), text: '' } : undefined;
}

function startOf(item: unknown): number {
  const node = isPair(item) ? item.key : item;
  return isNode(node) ? offsetsOf(node)[0] : 0;
}

function endOf(item: unknown): number {
  const node = isPair(item) ? (item.value ?? item.key) : item;
  return isNode(node) ? offsetsOf(node)[1] : 0;
}

/** Where the last sign of a value stands; comments below a block do not belong to it. */
function contentEnd(node: Node, key: Node = node): number {
  let last: unknown = node;
  let end = offsetsOf(key)[1];
  while (isNode(last)) {
    const [start, stop] = offsetsOf(last);
    if (stop > start && (!isCollection(last) || last.flow === true || last.items.length === 0)) {
      return stop;
    }
    const item: unknown = isCollection(last) ? last.items.at(-1) : undefined;
    end = isPair(item) && isNode(item.key) ? offsetsOf(item.key)[1] : end;
    last = isPair(item) ? item.value : item;
  }
  return end;
}

/** Behind the end of the line on which a value ends. */
function lineEnd(text: string, valueEnd: number): number {
  const end = text.slice(0, valueEnd).trimEnd().length;
  const newline = text.indexOf('\n', end);
  return newline < 0 ? text.length : newline + 1;
}

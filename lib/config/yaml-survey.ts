import { type Document, isAlias, isCollection, isMap, isNode, isScalar, isSeq, type Node } from 'yaml';
import { credentialsFields } from './credentials/kinds.ts';
import { isSecretName } from './secret-mask.ts';
import type { Range } from './source-text.ts';

const maxDepth = 32;

/** What must be known of a document before anything else is done with it. */
export interface Survey {
  /** The values of secrets that are written out. */
  readonly secrets: readonly Range[];
  /** Offset of the first value that is nested too deeply; undefined where none is. */
  readonly tooDeep: number | undefined;
}

/** Looks through a document without recursion, whatever it holds. */
export function survey(document: Document): Survey {
  const secrets: Range[] = [];
  const waiting: { node: Node; depth: number }[] = [];
  const visit = (node: unknown, depth: number): void => {
    if (isCollection(node)) {
      waiting.push({ node, depth });
    }
  };
  visit(document.contents, 1);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.depth > maxDepth) {
      return { secrets, tooDeep: rangeOf(next.node)[0] };
    }
    for (const { name, value } of entries(next.node)) {
      if (isNode(value) && isLiteralSecret(name, value)) {
        secrets.push(rangeOf(value));
      }
      visit(value, next.depth + 1);
    }
  }
  return { secrets, tooDeep: undefined };
}

/** Where a node stands, without the white space and comments behind it. */
export function rangeOf(node: Node): Range {
  const [start, end] = node.range ?? [0, 1];
  return [start, end];
}

function entries(node: Node): readonly { readonly name: string; readonly value: unknown }[] {
  if (isSeq(node)) {
    return node.items.map((value) => ({ name: '', value }));
  }
  const pairs = isMap(node) ? node.items : [];
  return pairs.map(({ key, value }) => ({ name: isScalar(key) ? String(key.value) : '', value }));
}

function isLiteralSecret(name: string, value: Node): boolean {
  if (isAlias(value)) {
    return false;
  }
  if (name === 'credentials' && !(isMap(value) && value.items.every(({ key }) => isFieldName(key)))) {
    return true;
  }
  return (isSecretName(name) || name === 'webhook') && !isReference(value) && !isDeletePolicy(value);
}

/** Whether a key may be shown: it is a field that credentials have, or a slip for one; a pasted secret is longer, or has other signs. */
function isFieldName(key: unknown): boolean {
  const name = isScalar(key) ? String(key.value) : '';
  return credentialsFields.has(name) || /^[A-Za-z]{1,16}$/.test(name);
}

/** Whether a value says where a secret is found. What does not look like a name or a path may be the secret itself. */
function isReference(value: Node): boolean {
  return (
    isMap(value) &&
    value.items.every(
      ({ key, value: target }) => isScalar(key) && isScalar(target) && isTarget(key.value, target.value),
    )
  );
}

function isTarget(key: unknown, target: unknown): boolean {
  const pattern = key === 'env' ? /^[A-Za-z_][A-Za-z0-9_]*$/ : /^\//;
  return (key === 'env' || key === 'file') && pattern.test(String(target));
}

/** `secret` is also the name of a class, under `deletes`. */
function isDeletePolicy(value: Node): boolean {
  return isScalar(value) && (value.value === 'follow' || value.value === 'retain');
}

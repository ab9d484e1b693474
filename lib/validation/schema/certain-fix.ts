import { type FieldPath, propertyOf } from '../field-path.ts';
import { toFilePath } from '../internal/moves.ts';
import type { Kind, KopsObject } from '../kops-object.ts';
import { isSecretKind, mayHoldSecret } from '../secrets.ts';

/**
 * The name that an unknown field of v1alpha2 certainly should have: a known one that differs in capitals only, or that of the field which
 * kOps's internal form and v1alpha3 call so. Undefined where none is certain, or the field of that name is there already.
 */
export function certainName(
  kind: Kind,
  path: FieldPath,
  siblings: Readonly<Record<string, unknown>>,
  known: readonly string[],
): string | undefined {
  const name = String(propertyOf(path.at(-1) ?? ''));
  const alike = known.filter((candidate) => candidate.toLowerCase() === name.toLowerCase());
  const [meant, ...more] = alike.length > 0 ? alike : olderName(kind, path, siblings[name]);
  const isFree = meant !== undefined && more.length === 0 && known.includes(meant) && !Object.hasOwn(siblings, meant);
  return isFree ? meant : undefined;
}

/** Only a field that stays in its place; a flag may have been turned round on the way. */
function olderName(kind: Kind, path: FieldPath, value: unknown): readonly string[] {
  const older = toFilePath(kind, path);
  const inPlace =
    older.length === path.length && path.slice(0, -1).every((step, index) => samePlace(step, older[index]));
  const name = propertyOf(older.at(-1) ?? '');
  return inPlace && typeof value !== 'boolean' && typeof name === 'string' ? [name] : [];
}

function samePlace(a: FieldPath[number], b: FieldPath[number] | undefined): boolean {
  return b !== undefined && propertyOf(a) === propertyOf(b);
}

/** The value of the right type that certainly was meant by one of the wrong type; undefined where none is certain, or it may be a secret. */
export function certainValue({ kind, document }: KopsObject, path: FieldPath, type: string, value: unknown): unknown {
  if (isSecretKind(kind) || mayHoldSecret(path, document.value)) {
    return undefined; // A fix is shown wherever a finding is.
  }
  if (type === 'string' && (typeof value === 'number' || typeof value === 'boolean')) {
    return document.sourceOf([...document.within, ...path]); // As it was written: 1.30 is not 1.3.
  }
  if (type === 'boolean' && (value === 'true' || value === 'false')) {
    return value === 'true';
  }
  const isWhole = type.startsWith('integer') && typeof value === 'string' && /^(?:0|-?[1-9]\d{0,8})$/.test(value);
  return isWhole ? Number(value) : undefined;
}

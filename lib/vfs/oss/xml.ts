import { type Attempt, unexpected } from './errors.ts';

/** An element of an answer, as the client reads XML. */
export type Element = Readonly<Record<string, unknown>>;

/** All children of a name: none, one or more. */
export function childrenOf(element: Element, name: string): readonly Element[] {
  const found = element[name];
  const all = Array.isArray(found) ? found : found === undefined ? [] : [found];
  return all.map((one) => Object(one) as Element);
}

/** The text of a child; undefined when it is missing or empty. */
export function textOf(element: Element, name: string): string | undefined {
  const value = element[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The time that a child tells. */
export function timeOf(element: Element, name: string): Date | undefined {
  const time = Date.parse(textOf(element, name) ?? '');
  return Number.isNaN(time) ? undefined : new Date(time);
}

/** Undoes the encoding of an answer's keys: `+` is a blank, `%XX` a byte. A key that cannot be decoded is passed on as it came. */
export function decoderOf(answer: Element): (text: string) => string {
  if (textOf(answer, 'EncodingType') !== 'url') {
    return (text) => text;
  }
  return (text) => {
    try {
      return decodeURIComponent(text.replaceAll('+', ' '));
    } catch {
      return text;
    }
  };
}

/**
 * The marker of the next page, by the name of its element; undefined on the last. Throws `Unknown` unless the answer says whether there is
 * one: a page of a proxy, or one that was cut short, must never pass for a short listing.
 */
export function nextOf(answer: Element, name: string, attempt: Attempt): string | undefined {
  const truncated = textOf(answer, 'IsTruncated');
  const next = textOf(answer, name);
  if (truncated === 'false') {
    return undefined;
  }
  if (truncated !== 'true' || next === undefined) {
    throw unexpected(
      attempt,
      truncated === 'true' ? 'the store says that there is more, and not where' : 'the answer is no listing',
    );
  }
  return next;
}

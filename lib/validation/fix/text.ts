import { isDeepStrictEqual } from 'node:util';
import type { Finding, FindingFix } from '../finding.ts';
import { nodesOfManifest } from '../manifest/read-manifest.ts';
import { pointerSteps } from '../pointer.ts';
import { spliceFor } from './splice.ts';

/** A text with its findings mended, as far as that can be done. */
export interface MendedText {
  readonly text: string;
  readonly mended: readonly Finding[];
  /** Findings with a fix that has to be carried out by hand: behind an alias, or written in a way that cannot be changed with certainty. */
  readonly left: readonly Finding[];
}

/** Each fix reads the text once more; what is left is mended by the next run. */
const maxFixes = 100;

/**
 * Carries out the fixes of findings of one file. Everything else stays as it is written, comments too. Each change is proved: the text is
 * read again, and only the field in question may have changed.
 */
export function mendText(text: string, findings: readonly Finding[]): MendedText {
  const result = { text, mended: [] as Finding[], left: [] as Finding[] };
  for (const finding of lastFirst(withFixes(findings))) {
    const next = result.mended.length < maxFixes ? mendOne(result.text, finding) : undefined;
    result.text = next ?? result.text;
    (next === undefined ? result.left : result.mended).push(finding);
  }
  return { ...result, mended: result.mended.reverse(), left: result.left.reverse() };
}

interface Fixable extends Finding {
  readonly fix: FindingFix;
}

/** One for each field: two rules may want the same. */
function withFixes(findings: readonly Finding[]): readonly Fixable[] {
  const fixable = findings.filter((finding): finding is Fixable => finding.fix !== undefined);
  return [...new Map(fixable.map((finding) => [`${finding.document} ${finding.fix.pointer}`, finding])).values()];
}

/** From the end of the file on, so that what is removed shifts no item that is still to be mended. */
function lastFirst(findings: readonly Fixable[]): readonly Fixable[] {
  return [...findings].sort((a, b) => b.document - a.document || compareSteps(b.fix.pointer, a.fix.pointer));
}

/** Items of one list in their order, fields before what they hold; fields otherwise in any order. */
function compareSteps(a: string, b: string): number {
  const [left, right] = [pointerSteps(a), pointerSteps(b)];
  const at = left.findIndex((step, index) => step !== right[index]);
  const [one = '', other = ''] = at < 0 ? [] : [left[at], right[at]];
  return Number(one) - Number(other) || (one < other ? -1 : Number(one > other)) || left.length - right.length;
}

function mendOne(text: string, { document: index, fix }: Fixable): string | undefined {
  const documents = nodesOfManifest(text);
  const splice = documents[index] && spliceFor(documents[index].document, text, fix);
  if (splice === undefined) {
    return undefined;
  }
  const after = text.slice(0, splice.start) + splice.text + text.slice(splice.end);
  const before = documents.map(({ value }) => ownData(value));
  const expected = before.map((value, at) =>
    at === index && splice.isRepeated !== true ? withFix(value, fix) : value,
  );
  const isProved = isDeepStrictEqual(
    nodesOfManifest(after).map(({ value }) => ownData(value)),
    expected,
  );
  return isProved ? after : undefined;
}

/** Plain data, of its own for each place that an alias brings it into. */
function ownData(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}

/** The data with a fix carried out; undefined where it does not fit. */
function withFix(data: unknown, { pointer, rename, ...set }: FindingFix): unknown {
  const steps = pointerSteps(pointer);
  const last = steps.at(-1) ?? '';
  const holder = steps.slice(0, -1).reduce<unknown>((value, step) => fieldsOf(value)?.[step], data);
  const fields = fieldsOf(holder);
  if (fields === undefined || !Object.hasOwn(fields, last) || (rename !== undefined && Object.hasOwn(fields, rename))) {
    return undefined;
  }
  if ('value' in set) {
    fields[last] = set.value;
    return data;
  }
  if (rename !== undefined) {
    fields[rename] = fields[last];
  }
  if (Array.isArray(holder)) {
    holder.splice(Number(last), 1);
  } else {
    delete fields[last];
  }
  return data;
}

function fieldsOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

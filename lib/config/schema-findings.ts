import type { z } from 'zod';
import type { Finding } from './finding.ts';
import { didYouMean, nearest } from './nearest.ts';
import { gateNotYet, neverCarried, whyNotYet } from './not-yet.ts';
import { jsonPointer } from './problem.ts';
import { configSchema } from './schema.ts';
import { alternatives, exampleText, expectation, fieldAt } from './schema-fields.ts';
import type { Path } from './yaml-source.ts';

type Issue = z.core.$ZodIssue;

interface SchemaFinding extends Finding {
  /** The field that the writer probably meant by an unknown one: it is then not missed as well. */
  readonly meant?: string;
  readonly isMissing?: true;
}

/** Checks plain data against the schema of the file, field by field. */
export function schemaFindings(data: unknown): readonly Finding[] {
  const { error } = configSchema.safeParse(data);
  const findings = error === undefined ? [] : error.issues.flatMap((issue) => findingsOf(issue, data));
  const meant = new Set(findings.map((finding) => finding.meant));
  return findings.filter(({ isMissing, path }) => isMissing !== true || !meant.has(jsonPointer(path)));
}

function findingsOf(issue: Issue, data: unknown): readonly SchemaFinding[] {
  const { path } = issue;
  const value = valueAt(data, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownField(path, key, value));
    case 'invalid_key':
      return [{ path, message: `${label(path)} ${issue.issues[0]?.message}`, part: 'key' }];
    case 'invalid_union':
      return unionFindings(issue, data);
    case 'invalid_format':
    case 'custom':
      return [{ path, message: `${label(path)} ${issue.message}` }];
    case 'too_big':
      return [{ path, message: tooMuch(path, value, issue.maximum) }];
    default:
      return [value === undefined ? missing(path) : { path, message: unexpected(path, value) }];
  }
}

function missing(path: Path): SchemaFinding {
  const example = fieldAt(path)?.example;
  const how = example === undefined ? '' : `, for example ${String(path.at(-1))}: ${exampleText(example)}`;
  return { path, message: `missing field ${label(path)}; add it${how}`, part: 'key', isMissing: true };
}

function unknownField(path: Path, key: string, holder: unknown): SchemaFinding {
  const finding = { path: [...path, key], part: 'key' } as const;
  const lists = alternativesAt(path);
  const known = lists.flat();
  const later = whyNotYet(finding.path);
  if (later !== undefined) {
    return { ...finding, message: `${JSON.stringify(key)} ${later}` };
  }
  if (known.includes(key)) {
    const partner = Object.keys(holder ?? {}).find(
      (other) => known.includes(other) && !lists.some((list) => list.includes(other) && list.includes(key)),
    );
    return {
      ...finding,
      message: `${JSON.stringify(key)} does not go together with ${JSON.stringify(partner)}; keep one of them`,
    };
  }
  if (key === 'etcd-command') {
    return { ...finding, message: `"etcd-command" ${neverCarried}` };
  }
  const suggestion = nearest(key, known);
  if (suggestion !== undefined) {
    const message = `unknown field ${JSON.stringify(key)}; did you mean ${JSON.stringify(suggestion)}?`;
    return { ...finding, message, meant: jsonPointer([...path, suggestion]) };
  }
  const way = `remove it, or use one of ${known.join(', ')}`;
  // Here a key may be a secret in the wrong place: neither the sentence nor the pointer names it.
  return isConfidential(path)
    ? { path, part: 'key', message: `${label(path)} has an unknown field; ${way}` }
    : { ...finding, message: `unknown field ${JSON.stringify(shortened(key))}; ${way}` };
}

/** Judges a value by the alternative that it comes nearest to; by the union's own sentence, where it resembles none. */
function unionFindings(issue: z.core.$ZodIssueInvalidUnion, data: unknown): readonly SchemaFinding[] {
  const { path } = issue;
  const value = valueAt(data, path);
  if (value === undefined) {
    return [missing(path)];
  }
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const later = keys.filter((key) => whyNotYet([...path, key]) !== undefined);
  const scores = alternativesAt(path).map((list) => keys.filter((key) => nearest(key, list) !== undefined).length);
  const best = Math.max(0, ...scores);
  const branch = best === 0 ? undefined : issue.errors[scores.indexOf(best)];
  const inner = branch?.flatMap((one) => findingsOf({ ...one, path: [...path, ...one.path] }, data));
  if (inner === undefined && later.length > 0) {
    return later.map((key) => unknownField(path, key, value));
  }
  return inner ?? [{ path, message: `${label(path)} ${issue.message}` }];
}

function tooMuch(path: Path, value: unknown, maximum: number | bigint): string {
  return Array.isArray(value)
    ? `${label(path)} has ${value.length} entries; a configuration has at most ${maximum}, split it into several files`
    : unexpected(path, value);
}

/** A value of the wrong type, or none of those that are allowed. */
function unexpected(path: Path, value: unknown): string {
  const field = fieldAt(path);
  if (path.at(-1) === 'gate' && (value === 'warn' || value === 'enforce')) {
    return `"gate: ${value}" ${gateNotYet}`;
  }
  if (value === 'etcd-command') {
    return `"etcd-command" ${neverCarried}`;
  }
  if (Array.isArray(value) && value.length === 0) {
    return `${label(path)} is an empty list; give it at least one entry`;
  }
  const expected = field === undefined ? '' : expectation(field);
  const isUnquoted = expected.startsWith('a text') && (typeof value === 'number' || typeof value === 'boolean');
  const suggestion =
    typeof value === 'string' && !isConfidential(path) ? didYouMean(value, expected.split(/, | or /)) : '';
  return `${label(path)} is ${described(value, isConfidential(path))}; expected ${expected}${isUnquoted ? ': put it in quotes' : ''}${suggestion}`;
}

function alternativesAt(path: Path): readonly (readonly string[])[] {
  const field = fieldAt(path);
  return field === undefined ? [] : alternatives(field.schema);
}

/** The field's name, or the place in a list, as a sentence begins. */
function label(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) {
    return 'the file';
  }
  return typeof last === 'number'
    ? `entry ${last + 1} of ${label(path.slice(0, -1))}`
    : JSON.stringify(shortened(String(last)));
}

/** Values under `credentials` are never repeated. */
function isConfidential(path: Path): boolean {
  return path.includes('credentials');
}

function described(value: unknown, confidential: boolean): string {
  if (value === null) {
    return 'empty';
  }
  if (typeof value === 'object') {
    return Array.isArray(value) ? 'a list' : 'a mapping';
  }
  if (confidential) {
    return `a ${typeof value === 'string' ? 'text' : typeof value}`;
  }
  return typeof value === 'string' ? JSON.stringify(shortened(value)) : `the ${typeof value} ${String(value)}`;
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, segment) => {
    const holder = typeof value === 'object' && value !== null && Object.hasOwn(value, segment) ? value : {};
    return (holder as Readonly<Record<PropertyKey, unknown>>)[segment];
  }, data);
}

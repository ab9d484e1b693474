import type { z } from 'zod';
import { type CredentialsEntry, credentialsIn, isCredentials } from './credentials/entries.ts';
import { credentialsFields } from './credentials/kinds.ts';
import type { Finding } from './finding.ts';
import { didYouMean, nearest } from './nearest.ts';
import { neverCarried, whyNotYet } from './not-yet.ts';
import { valueAt } from './plain-data.ts';
import { jsonPointer } from './problem.ts';
import { configSchema } from './schema.ts';
import { alternatives, exampleText, expectation, fieldAt, type SchemaField } from './schema-fields.ts';
import type { Path } from './yaml-source.ts';

type Issue = z.core.$ZodIssue;

interface SchemaFinding extends Finding {
  /** The field that the writer probably meant by an unknown one: it is then not missed as well. */
  readonly meant?: string;
  readonly isMissing?: true;
}

/** What is judged, and what the schema says of each of its fields. */
interface Judged {
  readonly data: unknown;
  readonly fieldAt: (path: Path) => SchemaField | undefined;
}

/** Checks plain data against the schema of the file, field by field; credentials by the ways to sign in at their kind of store. */
export function schemaFindings(data: unknown): readonly Finding[] {
  const whole = issuesOf(configSchema, data).filter(({ path }) => !isCredentials(path));
  const findings = [
    ...whole.flatMap((issue) => findingsOf(issue, { data, fieldAt })),
    ...credentialsIn(data).flatMap((entry) => credentialsFindings(entry, data)),
  ];
  const meant = new Set(findings.map((finding) => finding.meant));
  return findings.filter(({ isMissing, path }) => isMissing !== true || !meant.has(jsonPointer(path)));
}

function credentialsFindings({ path: at, value, schema }: CredentialsEntry, data: unknown): readonly SchemaFinding[] {
  const judged: Judged = { data, fieldAt: (path) => fieldAt(path.slice(at.length), schema) };
  return issuesOf(schema, value).flatMap((issue) => findingsOf({ ...issue, path: [...at, ...issue.path] }, judged));
}

function issuesOf(schema: z.ZodType, data: unknown): readonly Issue[] {
  return schema.safeParse(data).error?.issues ?? [];
}

function findingsOf(issue: Issue, judged: Judged): readonly SchemaFinding[] {
  const { path } = issue;
  const value = valueAt(judged.data, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownField(path, key, judged));
    case 'invalid_key':
      return [{ path, message: `${label(path)} ${issue.issues[0]?.message}`, part: 'key' }];
    case 'invalid_union':
      return unionFindings(issue, judged);
    case 'invalid_format':
    case 'custom':
      return [{ path, message: `${label(path)} ${issue.message}` }];
    case 'too_big':
      return [{ path, message: tooMuch(path, issue.maximum, judged) }];
    default:
      return [value === undefined ? missing(path, judged) : { path, message: unexpected(path, judged) }];
  }
}

function missing(path: Path, { fieldAt: at }: Judged): SchemaFinding {
  const example = at(path)?.example;
  const how = example === undefined ? '' : `, for example ${String(path.at(-1))}: ${exampleText(example)}`;
  return { path, message: `missing field ${label(path)}; add it${how}`, part: 'key', isMissing: true };
}

function unknownField(path: Path, key: string, judged: Judged): SchemaFinding {
  const finding = { path: [...path, key], part: 'key' } as const;
  const lists = alternativesAt(path, judged);
  const known = lists.flat();
  const later = whyNotYet(finding.path);
  if (later !== undefined) {
    return { ...finding, message: `${JSON.stringify(key)} ${later}` };
  }
  if (known.includes(key)) {
    const partner = Object.keys(valueAt(judged.data, path) ?? {}).find(
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
  // Here a key may be a secret in the wrong place, unless some store signs in with a field of that name: neither the sentence nor the pointer names it.
  return isConfidential(path) && !credentialsFields.has(key)
    ? { path, part: 'key', message: `${label(path)} has an unknown field; ${way}` }
    : { ...finding, message: `unknown field ${JSON.stringify(shortened(key))}; ${way}` };
}

/** Judges a value by the alternative that it comes nearest to; by the union's own sentence, where it resembles none. */
function unionFindings(issue: z.core.$ZodIssueInvalidUnion, judged: Judged): readonly SchemaFinding[] {
  const { path } = issue;
  const value = valueAt(judged.data, path);
  if (value === undefined) {
    return [missing(path, judged)];
  }
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const later = keys.filter((key) => whyNotYet([...path, key]) !== undefined);
  const scores = alternativesAt(path, judged).map(
    (list) => keys.filter((key) => nearest(key, list) !== undefined).length,
  );
  const best = Math.max(0, ...scores);
  const branch = best === 0 ? undefined : issue.errors[scores.indexOf(best)];
  const inner = branch?.flatMap((one) => findingsOf({ ...one, path: [...path, ...one.path] }, judged));
  if (inner === undefined && later.length > 0) {
    return later.map((key) => unknownField(path, key, judged));
  }
  return inner ?? [{ path, message: `${label(path)} ${issue.message}` }];
}

function tooMuch(path: Path, maximum: number | bigint, judged: Judged): string {
  const value = valueAt(judged.data, path);
  return Array.isArray(value)
    ? `${label(path)} has ${value.length} entries; a configuration has at most ${maximum}, split it into several files`
    : unexpected(path, judged);
}

/** A value of the wrong type, or none of those that are allowed. */
function unexpected(path: Path, judged: Judged): string {
  const value = valueAt(judged.data, path);
  const field = judged.fieldAt(path);
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

function alternativesAt(path: Path, { fieldAt: at }: Judged): readonly (readonly string[])[] {
  const field = at(path);
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

/** Values under `credentials`, and what stands for the URL of a webhook, are never repeated. */
function isConfidential(path: Path): boolean {
  return path.includes('credentials') || path.includes('webhook');
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

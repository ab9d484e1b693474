import { z } from 'zod';
import { configSchema } from './schema.ts';
import type { Path } from './yaml-source.ts';

/** What the schema says of one field. */
export interface SchemaField {
  readonly schema: z.ZodType;
  readonly example: unknown;
}

/**
 * The field that a path leads to, from the whole file on unless told; undefined where the schema knows none. In a union, the first
 * alternative that has it counts.
 */
export function fieldAt(path: Path, from: z.ZodType = configSchema): SchemaField | undefined {
  let schema: z.ZodType | undefined = from;
  for (const segment of path) {
    schema = schema === undefined ? undefined : step(unwrap(schema), segment);
  }
  return schema === undefined ? undefined : { schema: unwrap(schema), example: exampleOf(schema) };
}

/** The first example of a field: its own, else that of what it may hold. */
function exampleOf(schema: z.ZodType): unknown {
  const { examples }: { [name: string]: unknown; examples?: unknown } = schema.meta() ?? {};
  const inner = unwrap(schema);
  const own = Array.isArray(examples) ? examples[0] : undefined;
  return own === undefined && inner !== schema ? exampleOf(inner) : own;
}

/** The names of the fields that a mapping may have, one list for each alternative of a union; none for anything else. */
export function alternatives(schema: z.ZodType): readonly (readonly string[])[] {
  if (schema instanceof z.ZodUnion) {
    return schema.options.flatMap((option) => alternatives(option as z.ZodType));
  }
  return schema instanceof z.ZodObject ? [Object.keys(schema.shape)] : [];
}

/** What a field expects, in words. */
export function expectation({ schema, example }: SchemaField): string {
  const suchAs = example === undefined ? '' : ` such as ${exampleText(example)}`;
  if (schema instanceof z.ZodEnum) {
    return orList(schema.options.map(String));
  }
  if (schema instanceof z.ZodLiteral && schema.values.has(false)) {
    return 'false, or no such line: only what a store does not honour stands here';
  }
  if (schema instanceof z.ZodLiteral) {
    return orList([...schema.values].map((value) => `the ${typeof value} ${String(value)}`));
  }
  if (schema instanceof z.ZodNumber) {
    return `a whole number from ${schema.minValue} to ${schema.maxValue}`;
  }
  if (schema instanceof z.ZodBoolean) {
    return 'true or false';
  }
  if (schema instanceof z.ZodString) {
    return `a text${suchAs}`;
  }
  return `${schema instanceof z.ZodArray ? 'a list' : 'a mapping'}${suchAs}`;
}

/** An example as one would write it on one line of YAML. */
export function exampleText(example: unknown): string {
  if (typeof example === 'string') {
    return /^[\d*]/.test(example) ? JSON.stringify(example) : example;
  }
  if (Array.isArray(example)) {
    return `[${example.map(exampleText).join(', ')}]`;
  }
  if (typeof example === 'object' && example !== null) {
    const fields = Object.entries(example).map(([name, value]) => `${name}: ${exampleText(value)}`);
    return `{ ${fields.join(', ')} }`;
  }
  return String(example);
}

function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function step(schema: z.ZodType, segment: PropertyKey): z.ZodType | undefined {
  if (schema instanceof z.ZodUnion) {
    return schema.options.map((option) => step(option as z.ZodType, segment)).find((found) => found !== undefined);
  }
  if (schema instanceof z.ZodObject) {
    return Object.hasOwn(schema.shape, segment) ? (schema.shape[String(segment)] as z.ZodType) : undefined;
  }
  if (schema instanceof z.ZodRecord) {
    return schema.valueType as z.ZodType;
  }
  return schema instanceof z.ZodArray ? (schema.element as z.ZodType) : undefined;
}

function unwrap(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodExactOptional ? unwrap(schema.unwrap() as z.ZodType) : schema;
}

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type KnownVariable, knownVariables } from '../lib/config/known-variables.ts';
import { configSchema } from '../lib/config/schema.ts';
import { exampleText } from '../lib/config/schema-fields.ts';

// Writes what is generated from the configuration's schema: schema/statesync.schema.json, and the tables in docs/configuration.md.

/** The part of a JSON Schema that the table needs. */
export interface Part {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Part>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Part | boolean;
  readonly items?: Part;
  readonly anyOf?: readonly Part[];
}

/** The JSON Schema for editors, as the text of its file. */
export function jsonSchemaText(): string {
  const { $schema, ...schema } = z.toJSONSchema(configSchema, { target: 'draft-7', io: 'input' });
  const title = 'Configuration of kops-statesync';
  return `${JSON.stringify({ $schema, title, ...schema }, undefined, 2)}\n`;
}

/** A page with its tables of fields and of variables renewed. */
export function withTables(page: string): string {
  return withTable(withTable(page, 'fields', fieldTable()), 'variables', variableTable());
}

function withTable(page: string, name: string, table: string): string {
  const [before, after] = [`<!-- ${name}: written by scripts/config-schema.ts -->\n`, `<!-- end of ${name} -->\n`];
  const [start, end] = [page.indexOf(before), page.indexOf(after)];
  if (start < 0 || end < start) {
    throw new Error(`the page has no lines "${before.trim()}" and "${after.trim()}"; put them around the table`);
  }
  return `${page.slice(0, start)}${before}\n${table}\n${page.slice(end)}`;
}

function variableTable(): string {
  const rows = Object.entries<KnownVariable>(knownVariables).map(
    ([name, { meaning, secret }]) => `| \`${name}\` | ${meaning}${secret === true ? ' Secret.' : ''} |`,
  );
  return ['| variable | what it decides |', '|---|---|', ...rows].join('\n').concat('\n');
}

function fieldTable(): string {
  const rows = new Set(rowsOf(JSON.parse(jsonSchemaText()) as Part, '')); // Alternatives share fields.
  return ['| field | value | default | what it says |', '|---|---|---|---|', ...rows].join('\n').concat('\n');
}

function rowsOf({ required = [], ...part }: Part, path: string): readonly string[] {
  const rows = Object.entries(part.properties ?? {}).flatMap(([name, field]) => {
    const at = path === '' ? name : `${path}.${name}`;
    return [row(at, field, required.includes(name)), ...rowsOf(field, at)];
  });
  const entries =
    typeof part.additionalProperties === 'object' ? rowsOf(part.additionalProperties, `${path}.NAME`) : [];
  const items = part.items === undefined ? [] : rowsOf(part.items, `${path}[]`);
  // What one alternative requires is required of nobody who takes another. References to secrets look the same wherever they stand: their own row says it.
  const isReference = part.anyOf?.some(({ properties = {} }) => 'env' in properties) === true;
  const options = isReference ? [] : (part.anyOf ?? []).flatMap((option) => rowsOf({ ...option, required: [] }, path));
  return [...rows, ...entries, ...items, ...options];
}

function row(path: string, field: Part, isRequired: boolean): string {
  const { default: preset, description = '' } = field;
  const fallback = preset === undefined ? '' : `\`${exampleText(preset)}\``;
  return `| \`${path}\` | ${kindOf(field)} | ${isRequired ? 'required' : fallback} | ${description} |`;
}

function kindOf({ type, enum: values, const: only, examples, anyOf }: Part): string {
  const choices = only === undefined ? values : [only];
  if (choices !== undefined) {
    return choices.map((value) => `\`${String(value)}\``).join(' or ');
  }
  const example = examples?.[0] === undefined || type === 'boolean' ? '' : `, \`${exampleText(examples[0])}\``;
  const words: Readonly<Record<string, string>> = {
    string: 'text',
    integer: 'whole number',
    array: 'list',
    object: 'mapping',
  };
  return `${anyOf === undefined ? (words[type ?? ''] ?? type) : 'mapping'}${example}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = join(import.meta.dirname, '..');
  const page = join(root, 'docs/configuration.md');
  const schema = join(root, 'schema/statesync.schema.json');
  writeFileSync(schema, jsonSchemaText());
  execFileSync('npx', ['--no-install', 'biome', 'format', '--write', schema], { cwd: root });
  writeFileSync(page, withTables(readFileSync(page, 'utf8')));
}

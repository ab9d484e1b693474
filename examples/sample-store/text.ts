import { readdir, readFile } from 'node:fs/promises';
import { type Document, parseAllDocuments, stringify } from 'yaml';

const templates = new URL('templates/', import.meta.url);

/**
 * Reads a template, puts the values into its `${places}`, and writes its documents as kOps does.
 *
 * Throws for a place without a value.
 */
export async function fillTemplate(path: string, values: Readonly<Record<string, string>>): Promise<string> {
  const template = await readFile(new URL(path, templates), 'utf8');
  const text = template.replace(/\$\{(\w+)\}/g, (_, place: string) => {
    const value = values[place];
    if (value === undefined) {
      throw new Error(`the template ${path} has a place "${place}", for which there is no value`);
    }
    return value;
  });
  const documents: readonly Document[] = parseAllDocuments(text);
  return documents.map((document) => toYaml(document.toJS())).join('\n---\n\n');
}

/** Names of the templates in a directory of templates, without `.yaml`, in order. */
export async function templateNames(directory: string): Promise<readonly string[]> {
  const files = await readdir(new URL(`${directory}/`, templates));
  return files.map((file) => file.replace(/\.yaml$/, '')).toSorted();
}

/** Writes YAML as kOps does: keys in order, lists not indented, no line folded, and quotes where YAML 1.1 would read a text otherwise. */
export function toYaml(value: unknown): string {
  return stringify(value, {
    schema: 'yaml-1.1',
    sortMapEntries: true,
    indentSeq: false,
    lineWidth: 0,
    aliasDuplicateObjects: false,
  });
}

/** Writes a time as Go's RFC 3339 does: UTC, whole seconds. */
export function rfc3339(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

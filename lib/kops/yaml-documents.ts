import { type Document, parseAllDocuments } from 'yaml';

/** What came of reading a YAML text: the values of its documents, or what is wrong and where, without quoting the text. */
export type YamlResult =
  | { readonly kind: 'documents'; readonly documents: readonly unknown[] }
  | { readonly kind: 'broken'; readonly problem: string };

/** Reads all documents of a YAML text, leaving out empty ones. Never throws. */
export function readYamlDocuments(text: string): YamlResult {
  try {
    // An empty stream is an array too, without documents.
    const parsed: readonly Document[] = parseAllDocuments(text, { logLevel: 'silent', prettyErrors: true });
    const error = parsed.flatMap(({ errors }) => errors)[0];
    if (error !== undefined) {
      return { kind: 'broken', problem: firstLine(error.message) };
    }
    return {
      kind: 'documents',
      documents: parsed.map((document) => document.toJS()).filter((value) => value !== null),
    };
  } catch (error) {
    return { kind: 'broken', problem: firstLine(error instanceof Error ? error.message : String(error)) };
  }
}

/** Whether a value read from YAML is a mapping. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The parser's message says what and where in its first line; the lines after it quote the text, which may hold a secret. */
function firstLine(message: string): string {
  return (message.split('\n', 1)[0] ?? '').replace(/:$/, '');
}

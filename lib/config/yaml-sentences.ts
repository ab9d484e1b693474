import type { ErrorCode, YAMLError } from 'yaml';

/** A nesting that no configuration needs. */
export const nestedTooDeeply = 'this is nested too deeply; a configuration has at most 32 levels, write it flatter';

/** What a broken piece of YAML means for the reader. The library's own texts quote the file, which may hold secrets. */
const sentences: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias (*name) cannot have an anchor or a tag; remove it',
  BAD_ALIAS:
    'this is no anchor or alias that YAML can use; put the value in quotes, or name an anchor that stands above',
  BAD_COLLECTION_TYPE: 'this tag does not fit the value; remove the tag',
  BAD_DIRECTIVE: 'a YAML directive is not used in this file; remove the line',
  BAD_DQ_ESCAPE: 'no such escape in double quotes; use single quotes, or write \\\\ for a backslash',
  BAD_INDENT:
    'the indentation fits nothing above; begin all fields of one mapping in the same column, and close every { and [',
  BAD_PROP_ORDER: 'an anchor or tag stands before the "-", "?" or ":" that it belongs behind; move it',
  BAD_SCALAR_START: 'a value cannot begin with this sign; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a second ":" on this line; put the value in quotes, or its fields on lines of their own',
  BLOCK_IN_FLOW: 'an indented block cannot stand inside { } or [ ]; write it with { } and [ ] too',
  DUPLICATE_KEY: 'this field stands here twice; keep one of them',
  IMPOSSIBLE: 'this cannot be read as YAML; write it more simply',
  KEY_OVER_1024_CHARS: 'a field name has more than 1024 characters; a ":" is probably missing',
  MISSING_CHAR: 'a quote, a bracket, a comma or a ":" with a space behind it is missing here; add it',
  MULTILINE_IMPLICIT_KEY: 'a field name and its ":" stand on different lines; a ":" is probably missing on this line',
  MULTIPLE_ANCHORS: 'two anchors for one value; keep one of them',
  MULTIPLE_DOCS: 'a second document begins here; a configuration file has one, remove the "---" and what follows',
  MULTIPLE_TAGS: 'two tags for one value; keep one of them',
  NON_STRING_KEY: 'a field name must be a plain text; write it as one',
  RESOURCE_EXHAUSTION: nestedTooDeeply,
  TAB_AS_INDENT: 'a tab cannot indent; use spaces',
  TAG_RESOLVE_FAILED: 'tags (!name) have no meaning in this file; remove it',
  UNEXPECTED_TOKEN: 'this does not belong here; check the quotes, brackets and commas before it',
};

/** Codes after which the rest of the file can still be judged. */
const harmless: ReadonlySet<ErrorCode> = new Set(['DUPLICATE_KEY', 'TAG_RESOLVE_FAILED']);

/** One sentence for a YAML error: what is wrong, and what to do. */
export function yamlSentence(error: YAMLError): string {
  return sentences[error.code];
}

/** Whether an error leaves in doubt what the rest of the file says. */
export function breaksFile(error: YAMLError): boolean {
  return !harmless.has(error.code);
}

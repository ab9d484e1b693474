import type { YAMLError } from 'yaml';

/** The first thing for which a document cannot be read, and where. */
export interface Mistake {
  readonly at: readonly [start: number, end: number];
  /** One sentence; quotes nothing of the text. */
  readonly message: string;
}

/** Marks of templates: of Go, which kOps renders, of ERB and EJS, and of what fills in variables where a whole field stands. */
const templateMark = /\{\{|<%|^[\s-]*\$\{[^}]*\}[ \t]*:?[ \t\r]*$/;

/** What to say of a document that is no YAML; undefined for any other. What comes after the first mistake is mostly its consequence. */
export function firstMistake(errors: readonly YAMLError[], text: string): Mistake | undefined {
  const [first] = [...errors].sort((a, b) => a.pos[0] - b.pos[0]);
  if (first === undefined) {
    return undefined;
  }
  const lineStart = text.lastIndexOf('\n', first.pos[0] - 1) + 1;
  const [line = ''] = text.slice(lineStart, lineStart + 2_000).split('\n', 1);
  const mark = templateMark.exec(line);
  if (mark === null) {
    return { at: first.pos, message: sentenceOf(first) };
  }
  const start = lineStart + mark.index + (mark[0].length - mark[0].trimStart().length);
  const message = 'this looks like a template; render it first (kops toolbox template), and validate what comes of it';
  return { at: [start, lineStart + mark.index + mark[0].trimEnd().length], message };
}

/** The library's sentence, up to where it quotes the text, which may hold a secret. */
function sentenceOf({ code, message }: YAMLError): string {
  const known =
    code === 'NON_STRING_KEY' ? 'The name of a field must be a text' : /^[A-Z][^:"'`\\!]*/.exec(message)?.[0];
  return known === undefined ? 'this is not valid YAML' : `this is not valid YAML: ${known.trim()}`;
}

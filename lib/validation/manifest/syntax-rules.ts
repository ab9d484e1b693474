import type { Finding } from '../finding.ts';
import type { RuleText } from '../rule.ts';
import type { SyntaxProblem } from './read-manifest.ts';

const syntax: RuleText = {
  id: 'YAML-SYNTAX',
  severity: 'error',
  title: 'Every manifest is valid YAML or JSON.',
  explanation:
    'Nothing of a broken document can be judged. Most often an indentation, a quote or a colon is missing at the place shown or shortly before it.',
};

const duplicateKey: RuleText = {
  id: 'YAML-DUPLICATE-KEY',
  severity: 'error',
  title: 'No field stands twice in one mapping.',
  explanation: 'Only one of the two can count, and readers of YAML disagree on which. Keep the one that is meant.',
};

const tooLarge: RuleText = {
  id: 'MANIFEST-TOO-LARGE',
  severity: 'error',
  title: 'A manifest is of a size that a manifest can have.',
  explanation:
    'Files of more than 10 MiB, of more than half a million words and signs, or nested more than 100 levels deep are not read: they are something else, or made to exhaust a reader.',
};

const aliasExplosion: RuleText = {
  id: 'YAML-ALIASES',
  severity: 'error',
  title: 'Aliases do not make a document grow beyond measure.',
  explanation: 'A few lines of nested aliases can stand for gigabytes. Write the values out.',
};

const ruleOf: Readonly<Record<SyntaxProblem['kind'], RuleText>> = {
  yaml: syntax,
  'duplicate-key': duplicateKey,
  'too-large': tooLarge,
  'alias-explosion': aliasExplosion,
};

export const syntaxRules: readonly RuleText[] = Object.values(ruleOf);

/** A problem of the text itself, as a finding. */
export function syntaxFinding({ kind, message, file, range }: SyntaxProblem): Finding {
  const { id, severity } = ruleOf[kind];
  return { rule: id, severity, message, file, document: 0, pointer: '', range };
}

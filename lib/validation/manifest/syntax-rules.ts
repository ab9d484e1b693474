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
  explanation:
    'Only one of the two can count, and readers of YAML disagree on which. Keep the one that is meant; where both say the same, `--fix` removes one.',
};

const tooLarge: RuleText = {
  id: 'MANIFEST-TOO-LARGE',
  severity: 'error',
  title: 'A manifest is of a size that a manifest can have.',
  explanation:
    'Files of more than 10 MiB, of more than 100,000 words and signs (about 12,000 lines), with a text of more than 1 MiB, or nested more than 100 levels deep are not read: they are something else, or made to exhaust a reader.',
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
export function syntaxFinding({ kind, message, file, range, document = 0, removable }: SyntaxProblem): Finding {
  const { id, severity } = ruleOf[kind];
  const finding = { rule: id, severity, message, file, document, pointer: removable ?? '', range };
  return removable === undefined ? finding : { ...finding, fix: { pointer: removable } };
}

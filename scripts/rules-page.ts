import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RuleText } from '../lib/validation/rule.ts';
import { type RuleGroup, ruleGroups } from '../lib/validation/rule-texts.ts';

// Writes docs/rules.md: what every rule of `statesync validate` says of itself.

/** The page: an index by subject, and one section for each rule. */
export function rulesPage(groups: readonly RuleGroup[] = ruleGroups): string {
  const rules = groups.flatMap((group) => group.rules);
  return `# Rules

<!-- Written by scripts/rules-page.ts: npx tsx scripts/rules-page.ts -->

What \`statesync validate\` and \`statesync doctor\` look for, ${rules.length} rules; those that begin with BUCKET- and ACCESS- are doctor's alone. \`statesync explain RULE\` shows a section of this page. A rule that kOps has too speaks in kOps's
words, with its field paths, which are those of its internal form; the place in the file is that of the file.

${groups.map(index).join('\n')}
${rules.map(section).join('\n')}`;
}

function index({ subject, rules }: RuleGroup): string {
  const rows = rules.map(({ id, severity, title }) => `| [${id}](#${id.toLowerCase()}) | ${severity} | ${title} |`);
  return `### ${subject}\n\n| rule | severity | what must hold |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
}

function section({ id, severity, title, explanation, kops = [] }: RuleText): string {
  const origin = kops.length === 0 ? '' : `\nkOps has this too (${kops.join(', ')} of docs/kops-rules.md).\n`;
  return `## ${id}\n\n**${title}** (${severity})\n\n${explanation}\n${origin}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(import.meta.dirname, '../docs/rules.md'), rulesPage());
}

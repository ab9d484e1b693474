import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RuleText } from '../lib/validation/rule.ts';
import { ruleTexts } from '../lib/validation/rule-texts.ts';

// Writes docs/rules.md: what every rule of `statesync validate` says of itself.

/** The page, one section for each rule. */
export function rulesPage(rules: readonly RuleText[] = ruleTexts): string {
  const rows = rules.map(({ id, severity, title }) => `| [${id}](#${id.toLowerCase()}) | ${severity} | ${title} |`);
  return `# Rules

<!-- Written by scripts/rules-page.ts: npx tsx scripts/rules-page.ts -->

What \`statesync validate\` looks for, ${rules.length} rules. \`statesync explain RULE\` shows a section of this page. A rule that kOps has too speaks in kOps's
words, with its field paths, which are those of its internal form; the place in the file is that of the file.

| rule | severity | what must hold |
| --- | --- | --- |
${rows.join('\n')}

${rules.map(section).join('\n')}`;
}

function section({ id, severity, title, explanation, kops = [] }: RuleText): string {
  const origin = kops.length === 0 ? '' : `\nkOps has this too (${kops.join(', ')} of docs/kops-rules.md).\n`;
  return `## ${id}\n\n**${title}** (${severity})\n\n${explanation}\n${origin}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(import.meta.dirname, '../docs/rules.md'), rulesPage());
}

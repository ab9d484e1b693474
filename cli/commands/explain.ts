import type { Command } from 'commander';
import { didYouMean } from '../../lib/config/nearest.ts';
import type { RuleText } from '../../lib/validation/rule.ts';
import { ruleOfId, ruleTexts } from '../../lib/validation/rule-texts.ts';
import type { CommandContext } from '../context.ts';
import { type ExitCode, exitCodes, usageError } from '../exit-codes.ts';
import { Report, type ReportShape } from '../output/report.ts';
import type { Shell } from '../shell.ts';

/** Adds `explain`. */
export function addExplain(program: Command, shell: Shell): void {
  program
    .command('explain')
    .argument('[rule]', 'the id of a rule, as findings give it; without one, all rules are listed')
    .description('Say what a rule of validate or doctor is for, and what to do')
    .addHelpText('after', help)
    .action(shell.action(explain));
}

const help = `
Examples:
  statesync explain
  statesync explain ETCD-MEMBER-COUNT`;

async function explain(context: CommandContext, [id]: readonly (string | undefined)[]): Promise<ExitCode> {
  const rules = id === undefined ? ruleTexts : [ruleNamed(id)];
  const report = new Report<RuleText, object>(
    id === undefined ? listShape : pageShape,
    context.format,
    context.io.stdout,
  );
  for (const { id: ruleId, severity, title, explanation, kops = [] } of rules) {
    await report.add({ id: ruleId, severity, title, explanation, kops });
  }
  await report.end({});
  return exitCodes.clean;
}

function ruleNamed(id: string): RuleText {
  const rule = ruleOfId(id);
  if (rule === undefined) {
    throw usageError(`there is no rule ${JSON.stringify(id)}${hintFor(id.toUpperCase())}`);
  }
  return rule;
}

/** The rules whose ids hold what was written, which may be a part of one; else the nearest. */
function hintFor(id: string): string {
  const ids = ruleTexts.map((text) => text.id);
  const [first, ...others] = [
    ...ids.filter((known) => known.startsWith(id)),
    ...ids.filter((known) => !known.startsWith(id) && known.includes(id)),
  ].slice(0, mostHints);
  if (id.length < 3 || first === undefined) {
    return didYouMean(id, ids) || '; statesync explain lists them';
  }
  const rest = others.map((other) => ` or ${JSON.stringify(other)}`).join('');
  return `; did you mean ${JSON.stringify(first)}${rest}?`;
}

const mostHints = 4;

const listShape: ReportShape<RuleText, object> = {
  kind: 'rules',
  itemKind: 'rule',
  itemsField: 'rules',
  line: ({ id, severity, title }) => `${id.padEnd(30)} ${severity.padEnd(8)} ${title}`,
  table: () => '',
};

const pageShape: ReportShape<RuleText, object> = {
  kind: 'rules',
  itemKind: 'rule',
  itemsField: 'rules',
  line: ({ id, severity, title, explanation }) => `${id} (${severity})\n\n${title}\n\n${explanation}`,
  table: () => '',
};

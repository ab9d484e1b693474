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
    .description('Say what a rule of validate is for, and what to do')
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
    const hint =
      didYouMean(
        id.toUpperCase(),
        ruleTexts.map((text) => text.id),
      ) || '; statesync explain lists them';
    throw usageError(`there is no rule ${JSON.stringify(id)}${hint}`);
  }
  return rule;
}

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

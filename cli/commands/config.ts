import type { Command } from 'commander';
import { type ExplainedValue, explainConfig, type Origin } from '../../lib/config/explain.ts';
import { formatProblem, type Problem } from '../../lib/config/problem.ts';
import { hashOf } from '../../lib/config/resolved.ts';
import type { CommandContext, LoadedConfig } from '../context.ts';
import { type ExitCode, exitCodes, usageError } from '../exit-codes.ts';
import { Report } from '../output/report.ts';
import { renderTable } from '../output/table.ts';
import type { Shell } from '../shell.ts';

/** Adds `config view` and `config check`. */
export function addConfig(program: Command, shell: Shell): void {
  const config = program.command('config').description('Look at the configuration file, and check it');
  config
    .command('view')
    .description('Show each value that is in force, and where it comes from')
    .addHelpText('after', viewHelp)
    .action(shell.action(view));
  config
    .command('check')
    .description('Check the configuration file: every problem with its line and column')
    .addHelpText('after', checkHelp)
    .action(shell.action(check));
}

const viewHelp = `
Values come from a line of the file, from a default, or from the environment. Secrets are never shown:
the file holds references to them only, and of variables that hold one it is said that they are set.

Examples:
  statesync config view
  statesync config view --config infra/statesync.yaml -o yaml`;

const checkHelp = `
Ends with 2 when something is wrong.

Examples:
  statesync config check
  statesync config check --config infra/statesync.yaml -o json`;

async function view(context: CommandContext): Promise<ExitCode> {
  const config = await context.config();
  if (config === undefined) {
    throw missing();
  }
  for (const warning of config.parsed.warnings) {
    await context.warn(formatProblem(warning));
  }
  const { values, environment } = explainConfig(config.parsed, context.io.env);
  const summary = { file: config.path, hash: hashOf(config.resolved), environment };
  const report = new Report(viewShape(config), context.format, context.io.stdout);
  for (const value of values) {
    await report.add(value);
  }
  await report.end(summary);
  return exitCodes.clean;
}

function viewShape({ path }: LoadedConfig) {
  const columns = [{ title: 'VALUE' }, { title: 'IS' }, { title: 'FROM' }];
  return {
    kind: 'config',
    itemKind: 'value',
    itemsField: 'values',
    table: (
      values: readonly ExplainedValue[],
      { environment }: { readonly environment: readonly { readonly name: string; readonly value: string }[] },
    ) =>
      renderTable(columns, [
        ...values.map(({ pointer, value, origin }) => [pointer, shown(value), originOf(origin, path)]),
        ...environment.map(({ name, value }) => [`$${name}`, value, 'environment']),
      ]),
  };
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function originOf(origin: Origin, path: string): string {
  switch (origin.kind) {
    case 'file':
      return `${path}:${origin.line}:${origin.column}`;
    case 'environment':
      return origin.variable;
    case 'default':
      return 'default';
  }
}

interface CheckItem extends Problem {
  readonly severity: 'error' | 'warning';
}

async function check(context: CommandContext): Promise<ExitCode> {
  const found = await context.readConfig();
  if (found === undefined) {
    throw missing();
  }
  const { parsed, path } = found;
  const problems = (parsed.ok ? parsed.warnings : parsed.problems).map(
    (problem): CheckItem => ({ ...problem, severity: parsed.ok ? 'warning' : 'error' }),
  );
  const shape = {
    kind: 'config-check',
    itemKind: 'problem',
    itemsField: 'problems',
    line: (problem: CheckItem) => `${problem.severity}: ${formatProblem(problem)}`,
    table: () => (parsed.ok ? `${path} is right\n` : ''),
  };
  const report = new Report(shape, context.format, context.io.stdout);
  for (const problem of problems) {
    await report.add(problem);
  }
  await report.end({ file: path, ok: parsed.ok });
  return parsed.ok ? exitCodes.clean : exitCodes.differences;
}

function missing() {
  return usageError('there is no ./statesync.yaml; name a configuration file with --config FILE');
}

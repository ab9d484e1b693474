import type { Command } from 'commander';
import packageFile from '../../package.json' with { type: 'json' };
import type { CommandContext } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { Report } from '../output/report.ts';
import type { Shell } from '../shell.ts';

/** The version of the program, as in package.json. */
export const programVersion: string = packageFile.version;

/** Adds `version`. */
export function addVersion(program: Command, shell: Shell): void {
  program
    .command('version')
    .description('Print the version of statesync and of Node.js')
    .addHelpText('after', help)
    .action(shell.action(version));
}

const help = `
Examples:
  statesync version
  statesync version -o json`;

async function version({ format, io }: CommandContext): Promise<ExitCode> {
  const { node } = process.versions;
  const summary = { version: programVersion, node, platform: `${process.platform}-${process.arch}` };
  const shape = {
    kind: 'version',
    itemKind: 'version',
    table: () => `statesync ${summary.version}, Node.js ${node}, ${summary.platform}\n`,
  };
  await new Report(shape, format, io.stdout).end(summary);
  return exitCodes.clean;
}

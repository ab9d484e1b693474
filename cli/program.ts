import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { isVfsError } from '../lib/vfs/errors.ts';
import { addCat } from './commands/cat.ts';
import { addConfig } from './commands/config.ts';
import { addDoctor } from './commands/doctor.ts';
import { addExplain } from './commands/explain.ts';
import { addGetClusters } from './commands/get-clusters.ts';
import { addGetFindings } from './commands/get-findings.ts';
import { addLs } from './commands/ls.ts';
import { addStoreProbe } from './commands/store-probe.ts';
import { addSync } from './commands/sync.ts';
import { addValidate } from './commands/validate.ts';
import { addVerify } from './commands/verify.ts';
import { addVersion, programVersion } from './commands/version.ts';
import { CommandError, type ExitCode, exitCodeOfError, exitCodes, exitCodesHelp } from './exit-codes.ts';
import type { Io } from './io.ts';
import { findingFormats, formats } from './output/format.ts';
import { Shell } from './shell.ts';

const helpWidth = 100;

/** Runs `statesync` with these arguments, the program's own name left out. Resolves to the exit code; never rejects. */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  const shell = new Shell(io);
  const texts = { out: '', err: '' };
  try {
    await createProgram(shell, texts).parseAsync(argv, { from: 'user' });
    return shell.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCodes.clean : exitCodes.usage;
    }
    texts.err += describe(error, argv.includes('--debug'));
    return exitCodeOfError(error);
  } finally {
    await write(io, texts);
  }
}

async function write(io: Io, { out, err }: { readonly out: string; readonly err: string }): Promise<void> {
  await (out === '' ? undefined : io.stdout.write(out));
  await (err === '' ? undefined : io.stderr.write(err));
}

function createProgram(shell: Shell, texts: { out: string; err: string }): Command {
  const program = new Command('statesync')
    .description('Looks at kOps state stores, copies them, and proves that copies are equal.')
    .version(programVersion, '-V, --version', 'print the version')
    .addOption(outputOption())
    .option('--config <file>', 'the configuration file (default: ./statesync.yaml where there is one)')
    .option('-q, --quiet', 'no progress and no notes; warnings and errors remain')
    .option('--no-color', 'no colour (as with NO_COLOR)')
    .option('--debug', 'show where in the program an error came from')
    .addHelpText('after', programHelp);
  const get = program.command('get').description('List things');
  addGetClusters(get, shell);
  addGetFindings(get, shell);
  addLs(program, shell);
  addCat(program, shell);
  addSync(program, shell);
  addVerify(program, shell);
  addValidate(program, shell);
  addDoctor(program, shell);
  addExplain(program, shell);
  addStoreProbe(program, shell);
  addConfig(program, shell);
  addVersion(program, shell);
  for (const command of withSubcommands(program)) {
    command
      .exitOverride()
      .helpCommand(false)
      .showHelpAfterError('Add --help for what is expected, with examples.')
      .configureHelp({ showGlobalOptions: true, helpWidth })
      .configureOutput({
        writeOut: (text) => {
          texts.out += text;
        },
        writeErr: (text) => {
          texts.err += text;
        },
      });
  }
  return program;
}

/** Help shows the formats that every command has; those of findings are known to `validate`, whose help shows them. */
function outputOption(): Option {
  const known: readonly string[] = [...formats, ...findingFormats];
  return new Option('-o, --output <format>', 'how data is written')
    .choices([...formats])
    .default('table')
    .argParser((format: string) => {
      if (!known.includes(format)) {
        throw new InvalidArgumentError(
          `Allowed choices are ${formats.join(', ')}; for findings also ${findingFormats.join(', ')}.`,
        );
      }
      return format;
    });
}

const programHelp = `
Examples:
  statesync get clusters
  statesync sync s3://acme-kops-state s3://acme-kops-replica --dry-run
  statesync verify s3://acme-kops-state s3://acme-kops-replica

Data goes to stdout, everything else to stderr.
${exitCodesHelp}`;

function withSubcommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

/** An error for the user: its message, which says what to do; with `--debug` also its origin. */
function describe(error: unknown, debug: boolean): string {
  if (!(error instanceof Error)) {
    return `error: ${String(error)}\n`;
  }
  if (isVfsError(error, 'Aborted')) {
    return 'error: stopped\n';
  }
  const expected = error instanceof CommandError || isVfsError(error);
  const hint = expected || debug ? '' : ' (unexpected; --debug shows where it came from)';
  return `error: ${error.message}${hint}\n${debug ? `${error.stack}\n` : ''}`;
}

import type { Command } from 'commander';
import { CommandContext, type GlobalOptions } from './context.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { Io } from './io.ts';

/** What a command does: with its arguments in order, and its options. Resolves to the exit code. */
export type Act<Options> = (
  context: CommandContext,
  args: readonly (string | undefined)[],
  options: Options,
) => Promise<ExitCode>;

/** Runs the one action that the arguments ask for, and keeps its exit code. */
export class Shell {
  readonly io: Io;
  exitCode: ExitCode = exitCodes.clean;

  constructor(io: Io) {
    this.io = io;
  }

  /** An action for commander. */
  action<Options>(act: Act<Options>): (...given: readonly unknown[]) => Promise<void> {
    return async (...given) => {
      const command = given.at(-1) as Command;
      const context = new CommandContext(this.io, command.optsWithGlobals<GlobalOptions>());
      try {
        this.exitCode = await act(context, command.processedArgs, command.opts<Options & object>());
      } finally {
        await context.close();
      }
    };
  }
}

import type { FailureCode } from '../lib/replication/outcome.ts';
import { isVfsError } from '../lib/vfs/errors.ts';

/** What a command ends with. The same everywhere, and stable. */
export const exitCodes = {
  clean: 0,
  error: 1,
  /** Done, and there are differences or findings. */
  differences: 2,
  usage: 3,
  access: 4,
  conflict: 5,
  /** Some of the work is done; the same command goes on where it ended. */
  partly: 6,
} as const;

/** One of `exitCodes`. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The list of exit codes, for help texts. */
export const exitCodesHelp =
  'Exit codes: 0 done and clean, 1 error, 2 differences or findings, 3 usage, 4 access, 5 conflict,\n6 partly done.';

/** The exit code of a failure that has this code. */
export function exitCodeOf(code: FailureCode): ExitCode {
  switch (code) {
    case 'PermissionDenied':
    case 'Unauthenticated':
      return exitCodes.access;
    case 'AlreadyExists':
    case 'PreconditionFailed':
    case 'Contended':
      return exitCodes.conflict;
    default:
      return exitCodes.error;
  }
}

/** A command that cannot go on. The message says what is wrong, where, what was expected, and what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = exitCodes.error, cause?: unknown) {
    super(message, { cause });
    this.exitCode = exitCode;
  }
}

/** An error in how the command was called. */
export function usageError(message: string, cause?: unknown): CommandError {
  return new CommandError(message, exitCodes.usage, cause);
}

/** The exit code for anything that a command threw. */
export function exitCodeOfError(error: unknown): ExitCode {
  if (error instanceof CommandError) {
    return error.exitCode;
  }
  return isVfsError(error) ? exitCodeOf(error.code) : exitCodes.error;
}

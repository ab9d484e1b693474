import { parseArgs } from 'node:util';

export const usage = `npm run demo -- [--state URL|DIRECTORY] [--changes N] [--sabotage] [--log]

  --state      your own state store instead of the sample; it is only read
  --changes    changes to measure the latency with (default 200)
  --sabotage   flip one byte in the replica before the verdict, which must then fail
  --log        show what the functions log`;

/** What the demo was asked for. */
export interface DemoArguments {
  readonly state: string | undefined;
  readonly changes: number;
  readonly sabotage: boolean;
  readonly log: boolean;
  readonly help: boolean;
}

/** Reads the command line. Throws an error that says which argument cannot be used, and what was expected. */
export function readArguments(args: readonly string[]): DemoArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      state: { type: 'string' },
      changes: { type: 'string', default: '200' },
      sabotage: { type: 'boolean', default: false },
      log: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (!/^[1-9]\d{0,6}$/.test(values.changes)) {
    throw new Error(`--changes is ${JSON.stringify(values.changes)}, expected a whole number from 1 to 9999999`);
  }
  return { ...values, state: values.state, changes: Number(values.changes) };
}

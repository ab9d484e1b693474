import type { SuiteResult, TestServer } from './server.ts';

/** A suite that was run against a server. */
export interface SuiteRun {
  readonly suite: string;
  readonly seconds: number;
  readonly result: SuiteResult;
}

/** What became of one server in this run. */
export interface ServerRun {
  readonly server: TestServer;
  /** Undefined where it was not started. */
  readonly version: string | undefined;
  /** Seconds until it was ready for its suites, with its installation. */
  readonly seconds: number;
  readonly suites: readonly SuiteRun[];
  /** Why it was not run, or what ended it early. */
  readonly problem?: {
    /** Whether the machine just does not have it. */
    readonly isAbsence: boolean;
    readonly reason: string;
  };
}

/** Whether a server's run makes the whole run fail. */
export function hasFailed({ server, suites, problem }: ServerRun): boolean {
  const mayBeAbsent = problem?.isAbsence === true && !server.required;
  return (problem !== undefined && !mayBeAbsent) || suites.some(({ result }) => result.failed.length > 0);
}

/** The whole run as lines: what failed by name, and the table. */
export function summaryOf(runs: readonly ServerRun[]): readonly string[] {
  const failures = runs.flatMap(({ server, suites }) =>
    suites.flatMap(({ suite, result }) => result.failed.map((name) => `FAILED  ${server.name}: ${suite}: ${name}`)),
  );
  const head = ['store', 'server', 'suite', 'passed', 'known to fail', 'failed', 'seconds'];
  return [...failures, ...(failures.length > 0 ? [''] : []), ...table([head, ...runs.flatMap(rowsOf)])];
}

function rowsOf(run: ServerRun): readonly (readonly string[])[] {
  const { server, version = '', seconds, suites, problem } = run;
  const who = [server.store, `${server.title} ${version}`.trim()];
  const start = [...who, 'start', '', '', '', seconds.toFixed(1)];
  const rows = suites.map(({ suite, seconds: taken, result: { passed, deviations, failed } }) => {
    return [...who, suite, `${passed}`, `${deviations}`, `${failed.length}`, taken.toFixed(1)];
  });
  const end = problem && [...who, `${hasFailed(run) ? 'FAILED' : 'not run'}: ${problem.reason}`];
  return [...(version === '' ? [] : [start]), ...rows, ...(end === undefined ? [] : [end])];
}

/** Columns as wide as their cells; numbers to the right. A row's last cell may be as long as it likes. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      const isTail = column === row.length - 1 && row.length < (rows[0]?.length ?? 0);
      widths[column] = Math.max(widths[column] ?? 0, isTail ? 0 : cell.length);
    }
  }
  return rows.map((row) =>
    row
      .map((cell, column) => (column < 3 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

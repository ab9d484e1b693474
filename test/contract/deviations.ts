import type { CheckResult } from './check.ts';

/** How a server compares with the contract; anything among the surprises is a failure of the run. */
export interface ContractReport {
  readonly passed: readonly string[];
  /** Checks that failed, as is known: `name: what the server does instead`. */
  readonly deviations: readonly string[];
  /** Checks that failed and are not listed, listed ones that passed, and listed names that no check has. */
  readonly surprises: readonly string[];
}

/** Compares results with the list of what a server is known to do instead, by the names of the checks. */
export function compareWithDeviations(
  results: readonly CheckResult[],
  deviations: Readonly<Record<string, string>>,
): ContractReport {
  const listed = new Map(Object.entries(deviations));
  const names = new Set(results.map(({ name }) => name));
  const passed = results.filter(({ failure }) => failure === undefined).map(({ name }) => name);
  const failed = results.filter(({ failure }) => failure !== undefined);
  return {
    passed,
    deviations: failed.flatMap(({ name }) => (listed.has(name) ? [`${name}: ${listed.get(name)}`] : [])),
    surprises: [
      ...failed.flatMap(({ name, failure }) => (listed.has(name) ? [] : [`${name}: ${failure}`])),
      ...passed.filter((name) => listed.has(name)).map((name) => `${name}: is listed as failing, but passes`),
      ...[...listed.keys()].filter((name) => !names.has(name)).map((name) => `${name}: is listed, but is no check`),
    ],
  };
}

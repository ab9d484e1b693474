import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerTools, SuiteResult } from './server.ts';

const root = join(import.meta.dirname, '../..');
/** How the conformance suite marks a test that is known to fail, and passes by failing. */
const knownToFail = / \[known to fail: /;

/** The fields of Jest's report that are looked at. */
interface JestReport {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** Runs one file of tests in a Jest of its own, whose output the user sees. A file that cannot be loaded has failed. */
export async function runJest(
  { processes, directory }: ServerTools,
  file: string,
  environment: Readonly<Record<string, string>>,
): Promise<SuiteResult> {
  const output = join(directory, 'jest.json');
  const node = [process.execPath, '--experimental-vm-modules', '--disable-warning=ExperimentalWarning'] as const;
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const report = ['--json', '--outputFile', output, '--verbose=false'];
  const tests = ['--config', join(root, 'jest.servers.config.js'), '--runTestsByPath', join(root, file)];
  const code = await processes.show([...node, jest, ...tests, ...report], environment);
  const { testResults } = JSON.parse(await readFile(output, 'utf8')) as JestReport;
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  const passed = results.filter(({ status }) => status === 'passed');
  const deviations = passed.filter(({ fullName }) => knownToFail.test(fullName)).length;
  const failed = results.filter(({ status }) => status !== 'passed').map(({ fullName }) => fullName);
  const silent = code !== 0 && failed.length === 0;
  return { passed: passed.length - deviations, deviations, failed: silent ? [`${file} could not be run`] : failed };
}

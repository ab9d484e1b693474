import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SuiteResult } from './server.ts';

const root = join(import.meta.dirname, '../..');
const file = join(import.meta.dirname, 'last-run.json');

/** What came of the last run against one server. Kept in the repository: the documentation says it. */
export interface ServerRecord {
  readonly store: string;
  readonly title: string;
  readonly version: string;
  /** The day, in UTC. */
  readonly date: string;
  readonly suites: Readonly<Record<string, SuiteCounts>>;
  /** Capabilities that a probe found not to be honoured, by kind of bucket. */
  readonly notHonoured: Readonly<Record<string, readonly string[]>>;
}

export type SuiteCounts = Readonly<Record<'passed' | 'deviations' | 'failed', number>>;

/** The last run against each server, by the server's name. A server that was not run since keeps what it had. */
export type LastRun = Readonly<Record<string, ServerRecord>>;

/** What is known of earlier runs. */
export function readLastRun(): LastRun {
  return JSON.parse(readFileSync(file, 'utf8')) as LastRun;
}

/** Adds what was run now. */
export function recordRun(now: LastRun): void {
  writeFileSync(file, JSON.stringify({ ...readLastRun(), ...now }));
  execFileSync('npx', ['--no-install', 'biome', 'format', '--write', file], { cwd: root, stdio: 'ignore' });
}

/** The numbers of a result. */
export function countsOf({ passed, deviations, failed }: SuiteResult): SuiteCounts {
  return { passed, deviations, failed: failed.length };
}

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { buildSync } from 'esbuild';

/** What came of one manifest that was judged in a process of its own. */
export interface Answer {
  readonly name: string;
  readonly findings: number;
  /** Of the first finding. */
  readonly rule?: string;
  readonly cpuMs: number;
  readonly maxRssMb: number;
}

/** Prepares the judge for the tests of a file. The result judges manifests, all in one process with 512 MB, and throws when it dies of it. */
export function useJudge(): (names: readonly string[]) => readonly Answer[] {
  const directory = mkdtempSync(join(tmpdir(), 'statesync-hostile-'));
  const program = join(directory, 'judge.mjs');
  beforeAll(() => {
    buildSync({
      entryPoints: [join(import.meta.dirname, 'judge-hostile.ts')],
      ...{ bundle: true, platform: 'node', format: 'esm', outfile: program, logLevel: 'error' },
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    });
  });
  afterAll(() => rmSync(directory, { recursive: true }));
  return (names) => {
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--max-old-space-size=512', program, ...names], {
      encoding: 'utf8',
    });
    if (status !== 0) {
      throw new Error(`it died with ${status}: ${stderr.slice(0, 500)}`);
    }
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Answer);
  };
}

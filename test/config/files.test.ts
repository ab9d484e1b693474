import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../lib/config/parse.ts';
import { formatProblem } from '../../lib/config/problem.ts';

// A case is a folder: statesync.yaml, and in expected.txt what is said of it.
const cases = join(import.meta.dirname, '../fixtures/config');

function saidOf(text: string): string {
  const parsed = parseConfig(text, 'statesync.yaml');
  const lines = parsed.ok
    ? ['accepted', ...parsed.warnings.map((warning) => `warning: ${formatProblem(warning)}`)]
    : parsed.problems.map(formatProblem);
  return `${lines.join('\n')}\n`;
}

describe('a configuration file', () => {
  it.each(readdirSync(cases))('%s is answered as expected', (name) => {
    const text = readFileSync(join(cases, name, 'statesync.yaml'), 'utf8');
    const expected = join(cases, name, 'expected.txt');
    expect(saidOf(text)).toBe(existsSync(expected) ? readFileSync(expected, 'utf8') : '(there is no expected.txt)');
  });
});

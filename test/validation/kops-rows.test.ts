import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { allRules } from '../../lib/validation/rule-list.ts';

interface Row {
  readonly ref: string;
  readonly rules: readonly string[];
  /** What stands in the last column: rules, or why there is none. */
  readonly answer: string;
}

const text = readFileSync(join(import.meta.dirname, '../../docs/kops-rules.md'), 'utf8');

const rows: readonly Row[] = text
  .split('\n')
  .filter((line) => /^\| 8\./.test(line))
  .map((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const answer = cells[4] ?? '';
    return { ref: cells[1] ?? '', answer, rules: [...answer.matchAll(/`([A-Z0-9-]+)`/g)].map(([, id = '']) => id) };
  });

/** Rows of each part, as many as kOps has. */
const counts: Readonly<Record<string, number>> = {
  '8.2#': 66,
  '8.3/': 14,
  '8.4/': 6,
  '8.5/': 28,
  '8.6/': 29,
  '8.7/': 30,
};

describe("the list of kOps's own checks", () => {
  it('has every row, in order', () => {
    const expected = Object.entries(counts).flatMap(([part, count]) =>
      Array.from({ length: count }, (_, index) => `${part}${index + 1}`),
    );
    expect(rows.map(({ ref }) => ref)).toEqual(expected);
  });

  it('gives each row the rules that cover it, or says why there is none', () => {
    for (const { ref, rules, answer } of rows) {
      const covering = allRules.filter(({ kops = [] }) => kops.includes(ref)).map(({ id }) => id);
      expect({ ref, rules: [...rules].sort() }).toEqual({ ref, rules: covering.sort() });
      expect(answer).not.toBe('');
    }
  });

  it('has every row that a rule names', () => {
    const refs = rows.map(({ ref }) => ref);
    const unknown = allRules.flatMap(({ id, kops = [] }) =>
      kops.filter((ref) => !refs.includes(ref)).map((ref) => [id, ref]),
    );
    expect(unknown).toEqual([]);
  });
});

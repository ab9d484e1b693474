import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { diffOf } from '../../lib/validation/fix/diff.ts';

describe('the difference', () => {
  it('is shown like diff -u does', () => {
    const before = 'a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\n';
    expect(diffOf('x.yaml', before, before.replace('b\n', '').replace('k', 'K'))).toBe(
      [
        '--- x.yaml',
        '+++ x.yaml',
        '@@ -1,5 +1,4 @@',
        ' a',
        '-b',
        ' c',
        ' d',
        ' e',
        '@@ -8,4 +7,4 @@',
        ' h',
        ' i',
        ' j',
        '-k',
        '+K',
        '',
      ].join('\n'),
    );
    expect(diffOf('x.yaml', before, before)).toBe('');
  });

  it('leads from one text to the other', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const diff = diffOf('x', `${before.join('\n')}\n`, `${after.join('\n')}\n`);
        expect(patched(before, diff)).toEqual(after);
      }),
      { numRuns: 500 },
    );
  });

  it('covers secrets and control characters, and hides what may hold a secret in any form', () => {
    const text =
      'spec:\n  fileAssets:\n  - name: x\n    content: |\n      hunter2\n      hunter3\n  password: hunter4\n  e: "\u001b[2J"\n  b: 1\n';
    const diff = diffOf('x', text, text.replace('b: 1', 'b: 2').replace('name: x', 'name: y'));
    expect(diff).not.toContain('hunter');
    expect(diff).not.toMatch(/(?!\n)\p{Cc}/u);
    expect(diff).toContain('-  b: 1\n+  b: 2\n');
  });
});

function patched(before: readonly string[], diff: string): readonly string[] {
  const result: string[] = [];
  let at = 0;
  for (const line of diff.split('\n').slice(2)) {
    const [, start] = /^@@ -(\d+)/.exec(line) ?? [];
    if (start !== undefined) {
      result.push(...before.slice(at, Number(start) - 1));
      at = Number(start) - 1;
    } else if (line.startsWith('+')) {
      result.push(line.slice(1));
    } else if (line !== '') {
      expect(line.slice(1)).toBe(before[at]);
      at += 1;
      result.push(...(line.startsWith(' ') ? [line.slice(1)] : []));
    }
  }
  return [...result, ...before.slice(at)];
}

import { describe, expect, it } from '@jest/globals';
import { type Check, runChecks } from './check.ts';
import { compareWithDeviations } from './deviations.ts';

const passing: Check<string> = { name: 'passing', run: () => Promise.resolve() };
const failing: Check<string> = {
  name: 'failing',
  run: (context) => Promise.reject(new TypeError(`not\n  so: ${context}`)),
};
const hanging: Check<string> = { name: 'hanging', run: () => new Promise(() => undefined) };

describe('checks', () => {
  it('run to the last, and each says what became of it', async () => {
    const results = await runChecks([failing, hanging, passing], 'context', 10);
    expect(results).toEqual([
      { name: 'failing', failure: 'TypeError: not so: context' },
      { name: 'hanging', failure: 'Error: no answer within 10 ms' },
      { name: 'passing' },
    ]);
  });

  it('must have names of their own', async () => {
    await expect(runChecks([passing, passing], '')).rejects.toThrow('two checks have the same name');
  });
});

describe('a report', () => {
  const results = [{ name: 'good' }, { name: 'bad', failure: 'it broke' }];

  it('has no surprises when exactly the listed checks fail', () => {
    expect(compareWithDeviations(results, { bad: 'breaks' })).toEqual({
      passed: ['good'],
      deviations: ['bad: breaks'],
      surprises: [],
    });
  });

  it('is surprised by one failure more, one less, and one that is no check', () => {
    expect(compareWithDeviations(results, {}).surprises).toEqual(['bad: it broke']);
    const tooMany = { bad: 'breaks', good: 'breaks', gone: 'breaks' };
    expect(compareWithDeviations(results, tooMany).surprises).toEqual([
      'good: is listed as failing, but passes',
      'gone: is listed, but is no check',
    ]);
  });
});

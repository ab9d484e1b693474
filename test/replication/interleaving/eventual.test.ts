import { describe, expect, it } from '@jest/globals';
import { explore } from './explorer.ts';
import { withoutOrder, withoutPatience, withoutTimes } from './lease-mutants.ts';
import { conditions, type Mutant, type Scenario } from './scenario.ts';

const histories: readonly Scenario['history'][] = [
  ['A', 'B', 'A'],
  ['A', 'B', 'C'],
  ['A', undefined, 'B'],
  [undefined, 'A', undefined],
  [undefined, 'A', 'B'],
];

/**
 * Contents that occur once never go back, whatever the source answers; and once its answers have settled, one more look makes the destination equal.
 */
describe('a source that may answer with what it held before', () => {
  it.each(histories)(
    'leads one worker through %j, %j, %j to the last in the end',
    async (...history) => {
      const { counterexample, states } = await explore({
        history,
        revisions: 'unique',
        workers: 1,
        deaths: 0,
        oldAnswers: 2,
      });
      expect(counterexample).toBeUndefined();
      expect(states).toBeGreaterThan(200);
    },
    120_000,
  );

  it.each([{ lacking: [] }, { lacking: conditions }])(
    'leads two workers there, at a destination without $lacking',
    async ({ lacking }) => {
      const history = lacking.length === 0 ? [undefined, 'A', undefined] : ['A', 'B', 'C'];
      const { counterexample } = await explore({ history, revisions: 'unique', deaths: 0, oldAnswers: 1, lacking });
      expect(counterexample).toBeUndefined();
    },
    120_000,
  );
});

describe('without a safeguard of lagging sources', () => {
  const mutants: readonly (readonly [string, Mutant, Scenario['history']])[] = [
    ['the order of revisions', withoutOrder, ['A', 'B', 'C']],
    ['the times by which they are ordered', withoutTimes, ['A', 'B', 'C']],
    ['the patience with an answer "absent"', withoutPatience, [undefined, 'A', 'B']],
  ];
  it.each(mutants)(
    '%s',
    async (_, mutant, history) => {
      const scenario = { history, revisions: 'unique', workers: 1, deaths: 0, oldAnswers: 1, mutant } as const;
      expect((await explore(scenario)).counterexample?.broken).toBe('went back');
    },
    120_000,
  );
});

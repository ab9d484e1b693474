import { describe, expect, it } from '@jest/globals';
import { explore } from '../replication/interleaving/explorer.ts';
import { conditions, type Scenario } from '../replication/interleaving/scenario.ts';

/** Contents that come back, and a key that is made anew: minutes, not hours. */
const histories: readonly Scenario['history'][] = [
  ['A', 'B', 'A'],
  ['A', undefined, 'B'],
];
const cases = (['unique', 'content'] as const).flatMap((revisions) =>
  histories.map((history) => ({ revisions, history })),
);
const subsets = [1, 2, 4].map((bits) => conditions.filter((_, i) => Math.floor(bits / 2 ** i) % 2 === 1));

/** More of what test/replication/interleaving explores. */
describe('two workers of which both may die', () => {
  const distinct = [
    ['A', 'B', 'C'],
    [undefined, 'A', 'B'],
    ['A', undefined, 'B'],
  ];
  it.each(
    distinct.flatMap((history) => [
      { history, revisions: 'unique' } as const,
      { history, revisions: 'content' } as const,
    ]),
  )('keep the promise through $history, with $revisions revisions', async (scenario) => {
    expect((await explore({ ...scenario, deaths: 2 })).counterexample).toBeUndefined();
  });
});

describe.each(subsets.map((lacking) => ({ lacking })))(
  'two workers at a destination without $lacking',
  ({ lacking }) => {
    it.each(cases)('keep the promise through $history, with $revisions revisions', async (scenario) => {
      for (const adversity of [{ deaths: 1 }, { deaths: 0, pauses: 1 }, { deaths: 0, losses: 1 }]) {
        expect((await explore({ ...scenario, lacking, ...adversity })).counterexample).toBeUndefined();
      }
    });
  },
);

describe.each([{ lacking: [] }, { lacking: conditions }])(
  'two workers, a source that lags, and a destination without $lacking',
  ({ lacking }) => {
    it.each(cases)('end equal through $history, with $revisions revisions', async (scenario) => {
      const { counterexample } = await explore({ ...scenario, lacking, deaths: 0, oldAnswers: 2 });
      expect(counterexample).toBeUndefined();
    });
  },
);

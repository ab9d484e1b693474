import { describe, expect, it } from '@jest/globals';
import { explore } from './explorer.ts';
import { withoutLastLook, withSwappedLooks, withUnconditionalDeletes, withUnconditionalWrites } from './mutants.ts';
import type { Mutant, Scenario } from './scenario.ts';

/** Contents that come back, and keys that are made anew: after all events, the destination must hold the last one. */
const repeating: readonly Scenario['history'][] = [
  ['A', 'B', 'A'],
  ['A', 'B', 'C', 'A'],
  [undefined, 'B', undefined],
  ['A', undefined, 'A'],
];
/** Contents that occur once: beside that, the destination must never go back. */
const distinct: readonly Scenario['history'][] = [
  ['A', 'B', 'C'],
  [undefined, 'A', 'B'],
  ['A', undefined, 'B'],
];
const cases = (['unique', 'content'] as const).flatMap((revisions) =>
  [...repeating, ...distinct].map((history) => ({ revisions, history })),
);

/** docs/promises.md, 2. */
describe('two workers that may die between any two requests', () => {
  it.each(cases)(
    'keep the promise through $history, with $revisions revisions',
    async ({ revisions, history }) => {
      const deaths = repeating.includes(history) && history.length <= 3 ? 2 : 1;
      const { counterexample, ends, states } = await explore({ history, revisions, deaths });
      expect(counterexample).toBeUndefined();
      expect(ends).toBeGreaterThan(1);
      expect(states).toBeGreaterThan(200); // Else the explorer does not explore.
    },
    180_000,
  );
});

/** Each safeguard is taken out, and the same exploration must find what it is for. */
describe('without a safeguard', () => {
  const mutants: readonly (readonly [string, Mutant, string])[] = [
    ['the look at the source after a change', withoutLastLook, 'differs at rest'],
    ['the order of the two looks', withSwappedLooks, 'went back'],
    ['the precondition of a write', withUnconditionalWrites, 'went back'],
    ['the precondition of a delete', withUnconditionalDeletes, 'went back'],
  ];
  it.each(mutants)(
    '%s',
    async (_, mutant, broken) => {
      const found = [];
      for (const scenario of cases.filter(({ history }) => history.length === 3)) {
        found.push((await explore({ ...scenario, deaths: 1, mutant })).counterexample?.broken);
      }
      expect(found).toContain(broken);
    },
    180_000,
  );
});

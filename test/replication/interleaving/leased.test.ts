import { describe, expect, it } from '@jest/globals';
import { type Breach, explore } from './explorer.ts';
import {
  withoutDoubt,
  withoutLeases,
  withoutOwnClock,
  withoutWaiting,
  withUnconditionalLeases,
} from './lease-mutants.ts';
import { withoutLastLook } from './mutants.ts';
import { conditions, type Mutant, type Scenario } from './scenario.ts';

/** What may happen to workers beside each other. Several at once are in test/long. */
const adversities = {
  'of which one may die': { deaths: 1 },
  'of which one may outlive its lease': { deaths: 0, pauses: 1 },
  'of which one may get no answer to a change': { deaths: 0, losses: 1 },
} as const;

/** Contents that come back, with revisions that come back too, and contents that occur once. */
const histories: readonly Pick<Scenario, 'history' | 'revisions'>[] = [
  { history: ['A', 'B', 'A'], revisions: 'content' },
  { history: [undefined, 'B', undefined], revisions: 'unique' },
  { history: ['A', undefined, 'A'], revisions: 'content' },
  { history: ['A', 'B', 'C'], revisions: 'unique' },
  { history: ['A', undefined, 'B'], revisions: 'content' },
];

async function expectKept(scenario: Scenario): Promise<void> {
  const { counterexample, ends, states } = await explore(scenario);
  expect(counterexample).toBeUndefined();
  expect(ends).toBeGreaterThan(1);
  expect(states).toBeGreaterThan(50); // Else the explorer does not explore.
}

/** docs/promises.md, 2; docs/decisions/0011. */
describe.each(Object.entries(adversities))('two workers under leases, %s', (_, adversity) => {
  it.each(histories)(
    'keep the promise through $history, with $revisions revisions',
    (scenario) => expectKept({ ...scenario, ...adversity, lacking: conditions }),
    120_000,
  );
});

describe('two workers at a destination that has some of the conditions', () => {
  const some = [1, 2, 3, 4, 5, 6].map((bits) => conditions.filter((__, i) => Math.floor(bits / 2 ** i) % 2 === 1));
  it.each(some.map((lacking) => ({ lacking })))(
    'keep the promise without $lacking',
    ({ lacking }) => expectKept({ history: ['A', undefined, 'B'], revisions: 'unique', deaths: 0, losses: 1, lacking }),
    120_000,
  );
});

/** Each safeguard is taken out, and the same exploration must find what it is for. */
describe('without a safeguard of leases', () => {
  const mutants: readonly (readonly [string, Mutant, Breach, Omit<Scenario, 'revisions'>])[] = [
    ['a lease at all', withoutLeases, 'went back', { history: ['A', 'B', 'C'], deaths: 0 }],
    ['the wait for it to run out', withoutWaiting, 'went back', { history: ['A', 'B', 'C'], deaths: 0 }],
    [
      'the condition under which it is taken',
      withUnconditionalLeases,
      'went back',
      { history: ['A', 'B', 'C'], deaths: 0 },
    ],
    [
      'the look at its own time before a change',
      withoutOwnClock,
      'changed without a lease',
      { history: ['A', 'B', 'C'], deaths: 0, pauses: 1 },
    ],
    [
      'the doubt about a change that was left unanswered',
      withoutDoubt,
      'differs at rest',
      { history: ['A', 'B', 'A'], deaths: 0, losses: 1 },
    ],
    [
      'the look at the source after a change',
      withoutLastLook,
      'differs at rest',
      { history: ['A', 'B', 'A'], deaths: 0, pauses: 1 },
    ],
  ];
  it.each(mutants)(
    '%s',
    async (_, mutant, broken, scenario) => {
      const { counterexample } = await explore({ ...scenario, revisions: 'unique', lacking: conditions, mutant });
      expect(counterexample?.broken).toBe(broken);
    },
    120_000,
  );
});

/** docs/decisions/0011 names it; the next event or reconcile of the key mends it. */
it.each([
  ['after its lease has run out is what no lease can hold', conditions],
  ['after its event was delivered anew is what no condition can hold, where contents come back', []],
])('an unanswered change that arrives %s', async (_, lacking) => {
  const scenario = {
    history: ['A', 'B', 'A'],
    revisions: 'unique',
    deaths: 0,
    losses: 1,
    arrivals: 'any time',
  } as const;
  const { counterexample } = await explore({ ...scenario, lacking });
  expect(counterexample).toMatchObject({ broken: 'differs at rest' });
  expect(counterexample?.steps.at(-1)).toBe('change 0 arrives');
});

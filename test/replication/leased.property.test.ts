import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { retry } from '../../lib/vfs/layers/retry.ts';
import { createFastClock } from '../support/clock.ts';
import { type Fault, faultsAtRandom } from '../support/faults.ts';
import { contentsOf } from '../support/memory-stores.ts';
import { changes, deliver, expectEqual, make, shuffled } from './changes.ts';
import { conditions } from './interleaving/scenario.ts';
import { createLeasedPair } from './leased-pair.ts';

const brake = { deletes: 1000, prunedBackups: 1000 };
const lacking = fc
  .subarray([...conditions, 'multipartConditional' as const, 'metadata' as const], { minLength: 1 })
  .filter((names) => conditions.some((name) => names.includes(name)))
  .map((names) => Object.fromEntries(names.map((name) => [name, false])));

/** What goes wrong with requests to any of the stores. */
const faults: readonly Fault[] = [
  { kind: 'error', code: 'Unavailable' },
  { kind: 'error', code: 'RateLimited', retryAfterMs: 5 },
  { kind: 'lost-answer' },
  { kind: 'never-called' },
  { kind: 'truncated-body', after: 0 },
  { kind: 'flipped-byte', at: 0 },
];

/** docs/promises.md, 2. */
describe.each(['unique', 'content'] as const)(
  'events of a destination that lacks conditions, %s revisions',
  (revisions) => {
    const memory = { revisions };

    it('end in the same replica in any order and multiplicity, and in no lease', async () => {
      await fc.assert(
        fc.asyncProperty(lacking, changes, fc.infiniteStream(fc.nat()), async (less, all, dice) => {
          const pair = createLeasedPair({ memory, brake, lacking: less });
          for (const one of all) {
            await make(pair, one);
            await ((dice.next().value ?? 0) % 4 === 0 ? deliver(pair, [one.key]) : undefined);
          }
          await deliver(
            pair,
            shuffled(
              all.map(({ key }) => key),
              dice,
            ),
          );
          await expectEqual(pair);
          expect(await contentsOf(pair.control)).toEqual({});
        }),
        { numRuns: 60 },
      );
    });

    it('end equal through errors, throttling, lost answers and wrong bytes, at the control store too', async () => {
      await fc.assert(
        fc.asyncProperty(lacking, changes, fc.infiniteStream(fc.nat()), fc.nat(), async (less, all, dice, seed) => {
          const clock = createFastClock();
          const again = retry({ attempts: 3, baseMs: 1, maxMs: 5, random: () => 0.5, clock });
          const troubled = (n: number) => [faultsAtRandom({ seed: seed + n, rate: 0.1, faults }, clock).layer, again];
          const pair = createLeasedPair({
            ...{ memory, brake, lacking: less },
            ...{ sourceLayers: troubled(1), destinationLayers: troubled(2), controlLayers: troubled(3) },
          });
          for (const one of all) {
            await make(pair, one);
          }
          await deliver(
            pair,
            shuffled(
              all.map(({ key }) => key),
              dice,
            ),
            () => pair.time.advance(70_000),
          );
          await expectEqual(pair);
        }),
        { numRuns: 100 },
      );
    });
  },
);

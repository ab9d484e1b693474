import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { retry } from '../../lib/vfs/layers/retry.ts';
import { createFastClock } from '../support/clock.ts';
import { type Fault, faultsAtRandom } from '../support/faults.ts';
import { changes, deliver, expectEqual, make, shuffled } from './changes.ts';
import { createPair } from './pair.ts';

const brake = { deletes: 1000, prunedBackups: 1000 };

describe.each(['unique', 'content'] as const)('events, %s revisions', (revisions) => {
  const memory = { revisions };

  it('end in the same replica in any order and multiplicity, without a reconcile', async () => {
    await fc.assert(
      fc.asyncProperty(changes, fc.infiniteStream(fc.nat()), async (all, dice) => {
        const pair = createPair({ memory, brake });
        const events: string[] = [];
        for (const one of all) {
          await make(pair, one);
          events.push(one.key, ...((dice.next().value ?? 0) % 3 === 0 ? [one.key] : []));
          if ((dice.next().value ?? 0) % 4 === 0) {
            await deliver(pair, events.splice((dice.next().value ?? 0) % events.length, 1));
          }
        }
        await deliver(pair, shuffled(events, dice));
        await expectEqual(pair);
      }),
      { numRuns: 100 },
    );
  });

  it('end equal through errors, throttling, lost answers, torn and wrong bytes', async () => {
    const faults: readonly Fault[] = [
      { kind: 'error', code: 'Unavailable' },
      { kind: 'error', code: 'RateLimited', retryAfterMs: 5 },
      { kind: 'error', code: 'PreconditionFailed' },
      { kind: 'lost-answer' },
      { kind: 'never-called' },
      { kind: 'delay', ms: 3 },
      { kind: 'truncated-body', after: 0 },
      { kind: 'torn-body', after: 0 },
      { kind: 'flipped-byte', at: 0 },
    ];
    await fc.assert(
      fc.asyncProperty(changes, fc.infiniteStream(fc.nat()), fc.nat(), async (all, dice, seed) => {
        const clock = createFastClock();
        const trouble = [1, 2].map((n) => faultsAtRandom({ seed: seed + n, rate: 0.15, faults }, clock));
        const again = retry({ attempts: 3, baseMs: 1, maxMs: 5, random: () => 0.5, clock });
        const pair = createPair({
          memory,
          brake,
          sourceLayers: [trouble[0]!.layer, again],
          destinationLayers: [trouble[1]!.layer, again],
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
        );
        await expectEqual(pair);
      }),
      { numRuns: 100 },
    );
  });
});

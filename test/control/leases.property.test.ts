import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Lease } from '../../lib/control/lease.ts';
import { Leases } from '../../lib/control/leases.ts';
import type { Layer } from '../../lib/vfs/driver.ts';
import { VfsError } from '../../lib/vfs/errors.ts';
import { aroundCalls } from '../../lib/vfs/layers/around.ts';
import { createMemoryDriver } from '../../lib/vfs/memory/driver.ts';
import { Store } from '../../lib/vfs/store.ts';
import { createManualClock } from '../support/clock.ts';

const { signal } = new AbortController();
const subject = 's3://replica/key';

/** What happens next: to one of three workers, to time, or to a request that is still under way. */
type Event =
  | { readonly kind: 'asks' | 'ends' | 'dies'; readonly worker: number }
  | { readonly kind: 'time passes'; readonly seconds: number }
  | { readonly kind: 'a late request arrives'; readonly which: number };

const worker = fc.nat(2);
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('asks' as const, 'asks' as const, 'ends' as const, 'dies' as const),
      worker,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('time passes' as const),
      seconds: fc.constantFrom(1, 35, 45, 90, 126, 200),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('a late request arrives' as const), which: fc.nat(5) }) },
);

type Fate = 'answered' | 'answer lost' | 'request lost' | 'late';
const fate: fc.Arbitrary<Fate> = fc.constantFrom(
  'answered',
  'answered',
  'answered',
  'answer lost',
  'request lost',
  'late',
);

/** A store of which requests and answers get lost, and requests arrive when nobody waits for them any more. */
function troubled(fates: Iterator<Fate>, late: (() => Promise<unknown>)[]): Layer {
  return (inner) =>
    aroundCalls(inner, async (call, run) => {
      const next = call.operation === 'write' || call.operation === 'delete' ? fates.next().value : 'answered';
      if (next === 'answered') {
        return run(call.signal);
      }
      if (next === 'answer lost') {
        await run(call.signal);
      }
      if (next === 'late') {
        late.push(() => run(signal));
      }
      throw new VfsError({ code: 'Unavailable', operation: call.operation, target: call.key, reason: `${next}` });
    });
}

it.each(['content', 'unique'] as const)(
  'no two workers may change at a time what they hold a lease of, with %s revisions',
  async (revisions) => {
    let leased = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 5, maxLength: 40 }),
        fc.infiniteStream(fate),
        async (events, fates) => {
          const storeClock = createManualClock();
          const late: (() => Promise<unknown>)[] = [];
          const driver = createMemoryDriver({ revisions, clock: storeClock });
          const start = (skew: number) => {
            const clock = createManualClock(storeClock.now() + skew);
            const control = new Store(troubled(fates, late)(driver));
            const leases = new Leases({ control, clock, holder: `${skew}` });
            return { clock, leases, held: undefined as Lease | undefined };
          };
          const skews = [0, -500_000, 900_000];
          const workers = skews.map(start);
          for (const happening of events) {
            switch (happening.kind) {
              case 'asks': {
                const asking = workers[happening.worker]!;
                asking.held ??= await asking.leases.acquire(subject, signal).catch(() => undefined);
                leased += asking.held === undefined ? 0 : 1;
                break;
              }
              case 'ends':
                await workers[happening.worker]!.held?.end();
                workers[happening.worker]!.held = undefined;
                break;
              case 'dies': // Its lease stays as it is, and for it no time passes any more.
                workers[happening.worker] = start(skews[happening.worker]!);
                break;
              case 'time passes':
                for (let second = 0; second < happening.seconds; second += 1) {
                  await storeClock.advance(1000);
                  await Promise.all(workers.map(({ clock }) => clock.advance(1000)));
                }
                break;
              case 'a late request arrives':
                await late
                  .splice(happening.which, 1)[0]?.()
                  .catch(() => {});
            }
            expect(workers.filter(({ held }) => held !== undefined && mayChange(held)).length).toBeLessThan(2);
          }
          await Promise.all(workers.map(({ held }) => held?.end()));
        },
      ),
      { numRuns: 180 },
    );
    expect(leased).toBeGreaterThan(150);
  },
);

function mayChange(lease: Lease): boolean {
  try {
    lease.requireForChange('write', subject);
    return true;
  } catch {
    return false;
  }
}

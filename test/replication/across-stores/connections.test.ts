import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../lib/flow/clock.ts';
import { bytesSource } from '../../../lib/vfs/body.ts';
import { isVfsError } from '../../../lib/vfs/errors.ts';
import { openStore } from '../../../lib/vfs/open.ts';
import type { StorePlace } from '../../support/store-place.ts';
import { openPlace } from './between.ts';
import { type PlaceName, startPlace } from './places.ts';

const names = (Object.keys(startPlace) as PlaceName[]).filter((name) => name !== 'file');
const key = 'c.example.com/addons/large.yaml';

describe.each(names)('of %s', (name) => {
  it('no connection is left by bodies that nobody reads, by calls that are given up or take too long, and after the end', async () => {
    const place = await startPlace[name]();
    const store = await openPlace(place);
    try {
      await store.write(key, bytesSource(Buffer.alloc(500_000, 'x')));
      for (let round = 0; round < 8; round += 1) {
        await (await store.read(key)).body.cancel();
        for await (const _chunk of (await store.read(key)).body) {
          break;
        }
        const controller = new AbortController();
        const call = store.read(key, { signal: controller.signal });
        controller.abort();
        await expect(call).rejects.toMatchObject({ code: 'Aborted' });
        const midway = new AbortController();
        const { body } = await store.read(key, { signal: midway.signal });
        midway.abort();
        await body.cancel();
        await store.stat(key);
      }
      expect(await timedOut(place)).toBeGreaterThan(0);
      await until(() => place.openConnections() <= 4); // Kept alive for the next call, and no more than were used at one time.
      expect(place.openConnections()).toBeLessThanOrEqual(4);
    } finally {
      await store.close();
      await until(() => place.openConnections() === 0);
      const left = place.openConnections();
      await place.close();
      expect(left).toBe(0);
    }
  }, 30_000);
});

/** Sends calls that have a millisecond each, and counts those for which that was too short. */
async function timedOut({ definition, environment }: StorePlace): Promise<number> {
  const hurried = await openStore(definition, { environment, clock: systemClock, timeoutMs: 1, attempts: 1 });
  const calls = Array.from({ length: 8 }, async () => {
    const { body } = await hurried.read(key);
    await body.cancel();
  });
  const settled = await Promise.allSettled(calls);
  await hurried.close();
  return settled.filter((one) => one.status === 'rejected' && isVfsError(one.reason, 'DeadlineExceeded')).length;
}

/** Waits for what the server notices a moment later; gives up after five seconds. */
async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 250 && !condition(); tries += 1) {
    await sleep(20);
  }
}

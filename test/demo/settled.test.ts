import { expect, it } from '@jest/globals';
import { settled } from '../../demo/settled.ts';
import { createFastClock } from '../support/clock.ts';

it('a queue is settled when it was empty three times in a row', async () => {
  const looks = [1, 0, 0, 2, 0, 0, 0];
  await settled({ counts: () => ({ visible: 0, inFlight: looks.shift() }) }, createFastClock());
  expect(looks).toEqual([]);
});

it('a queue that stands still with messages in it ends the wait after 90 s, with its counts', async () => {
  const clock = createFastClock();
  const begun = clock.now();
  await expect(settled({ counts: () => ({ visible: 0, inFlight: 2 }) }, clock)).rejects.toThrow(
    'the queue has stood still for 90 s, and is not empty: {"visible":0,"inFlight":2}',
  );
  expect(clock.now() - begun).toBeGreaterThan(90_000);
  expect(clock.now() - begun).toBeLessThan(91_000);
});

it('a queue in which something moves is waited for', async () => {
  let looks = 0;
  const counts = () => {
    looks += 1;
    return { visible: Math.max(20 - Math.floor(looks / 4_000), 0) };
  };
  const clock = createFastClock();
  await settled({ counts }, clock);
  expect(looks).toBeGreaterThan(80_000 - 1);
});

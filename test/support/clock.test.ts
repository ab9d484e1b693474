import { describe, expect, it } from '@jest/globals';
import { createFastClock, createManualClock } from './clock.ts';

describe('a manual clock', () => {
  it('wakes sleepers in the order of their times, and not before', async () => {
    const clock = createManualClock(0);
    const woken: string[] = [];
    const sleep = async (name: string, ms: number) => {
      await clock.sleep(ms);
      woken.push(`${name} at ${clock.now()}`);
    };
    const all = [sleep('late', 30), sleep('early', 10)];
    await clock.advance(9);
    expect([woken, clock.sleepers]).toEqual([[], 2]);
    await clock.advance(100);
    await Promise.all(all);
    expect(woken).toEqual(['early at 10', 'late at 30']);
    expect(clock.now()).toBe(109);
  });

  it('wakes in one go those who go back to sleep', async () => {
    const clock = createManualClock(0);
    const twice = clock.sleep(10).then(() => clock.sleep(10));
    await clock.advance(20);
    await twice;
    expect(clock.sleepers).toBe(0);
  });

  it('ends a sleep whose signal fires', async () => {
    const clock = createManualClock(0);
    const abort = new AbortController();
    const sleep = clock.sleep(10, abort.signal);
    abort.abort(new Error('enough'));
    await expect(sleep).rejects.toThrow('enough');
    await expect(clock.sleep(10, abort.signal)).rejects.toThrow('enough');
    expect(clock.sleepers).toBe(0);
  });
});

describe('a fast clock', () => {
  it('lets time pass by sleeping', async () => {
    const clock = createFastClock(0);
    await clock.sleep(10);
    await clock.sleep(20);
    expect([clock.now(), clock.slept]).toEqual([30, [10, 20]]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { withAnySignal } from '../../lib/flow/any-signal.ts';

describe('a signal for any of several', () => {
  it.each([0, 1])('fires with number %i, and for its reason', async (index) => {
    const controllers = [new AbortController(), new AbortController()];
    const signals = controllers.map(({ signal }) => signal);
    const seen = await withAnySignal(signals, async (signal) => {
      expect(signal.aborted).toBe(false);
      controllers[index]?.abort('enough');
      return signal;
    });
    expect([seen.aborted, seen.reason]).toEqual([true, 'enough']);
  });

  it('has fired where one of them had', async () => {
    const signals = [new AbortController().signal, AbortSignal.abort('before')];
    expect(await withAnySignal(signals, async ({ reason }) => reason)).toBe('before');
  });

  it.each(['ends', 'fails'])('lets go of them when the work %s', async (how) => {
    const controller = new AbortController();
    let own: AbortSignal | undefined;
    await withAnySignal([controller.signal], async (signal) => {
      own = signal;
      return how === 'ends' ? undefined : Promise.reject(new Error('broken'));
    }).catch(() => {});
    controller.abort();
    expect(own?.aborted).toBe(false);
  });
});

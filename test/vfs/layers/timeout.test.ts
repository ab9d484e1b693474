import { describe, expect, it, jest } from '@jest/globals';
import { textSource } from '../../../lib/vfs/body.ts';
import { compose } from '../../../lib/vfs/driver.ts';
import { timeout } from '../../../lib/vfs/layers/timeout.ts';
import { createMemoryDriver } from '../../../lib/vfs/memory/driver.ts';
import { Store } from '../../../lib/vfs/store.ts';
import { type Fault, faultsByRule } from '../../support/faults.ts';
import { chunkedSource, patternBytes, textOf } from '../../support/sources.ts';

function storeWith(ms: number, fault?: Fault) {
  const driver = createMemoryDriver();
  const faults = faultsByRule(fault === undefined ? [] : [{ operation: '*', fault }]);
  return { store: new Store(compose(driver, faults.layer, timeout(ms))), under: new Store(driver) };
}

/** Counts the listeners that come and go. */
function watchedSignal() {
  const abort = new AbortController();
  const { signal } = abort;
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners += 1;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners -= 1;
    remove(...args);
  };
  return { abort, signal, listeners: () => listeners };
}

describe('timeout', () => {
  it('ends a call without an answer with DeadlineExceeded, which may be repeated and may have happened', async () => {
    const { store } = storeWith(5, { kind: 'hang' });
    await expect(store.stat('k')).rejects.toMatchObject({
      code: 'DeadlineExceeded',
      retryable: true,
      maybeApplied: true,
      message: 'stat memfs://memory/k: no answer within 5 ms',
    });
  });

  it('leaves it to the caller to give up earlier', async () => {
    const { store } = storeWith(60_000, { kind: 'hang' });
    const abort = new AbortController();
    const call = store.stat('k', { signal: abort.signal });
    abort.abort();
    await expect(call).rejects.toMatchObject({ code: 'Aborted' });
  });

  it('passes answers and failures on', async () => {
    const { store } = storeWith(60_000);
    await store.write('k', textSource('text'));
    expect(await textOf((await store.read('k')).body)).toBe('text');
    await expect(store.stat('absent')).rejects.toMatchObject({ code: 'NotFound' });
  });

  it('does not hold a body to the time of its opening', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    try {
      const { store, under } = storeWith(1000);
      await under.write('k', chunkedSource([patternBytes(200_000)]));
      const { body } = await store.read('k');
      let size = 0;
      for await (const chunk of body) {
        jest.advanceTimersByTime(2000);
        size += chunk.byteLength;
      }
      expect(size).toBe(200_000);
    } finally {
      jest.useRealTimers();
    }
  });

  it("ends a body with the caller's signal", async () => {
    const { store, under } = storeWith(60_000);
    await under.write('k', chunkedSource([patternBytes(200_000)]));
    const abort = new AbortController();
    const { body } = await store.read('k', { signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(textOf(body)).rejects.toThrow('enough');
  });

  it("lets go of the caller's signal when the call, and its body, are over", async () => {
    const { store, under } = storeWith(60_000);
    await under.write('k', textSource('text'));
    const { signal, listeners } = watchedSignal();
    await store.stat('k', { signal });
    await expect(store.stat('absent', { signal })).rejects.toThrow();
    expect(listeners()).toBe(0);
    const read = await store.read('k', { signal });
    expect(listeners()).toBe(1);
    await textOf(read.body);
    expect(listeners()).toBe(0);
    await (await store.read('k', { signal })).body.cancel();
    expect(listeners()).toBe(0);
  });
});

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { bytesBody, bytesSource, textSource } from '../../../lib/vfs/body.ts';
import { compose, type Driver, type Layer } from '../../../lib/vfs/driver.ts';
import { aroundCalls } from '../../../lib/vfs/layers/around.ts';
import { timeout } from '../../../lib/vfs/layers/timeout.ts';
import { createMemoryDriver } from '../../../lib/vfs/memory/driver.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { BodySource, ObjectBody, ObjectKey, Revision } from '../../../lib/vfs/types.ts';
import { type Fault, faultsByRule } from '../../support/faults.ts';
import { chunkedSource, patternBytes, stallingSource, textOf, watchedSource } from '../../support/sources.ts';

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

  it("ends a body with the caller's signal", async () => {
    const { store, under } = storeWith(60_000);
    await under.write('k', chunkedSource([patternBytes(200_000)]));
    const abort = new AbortController();
    const { body } = await store.read('k', { signal: abort.signal });
    abort.abort();
    const target = 'memfs://memory/k';
    await expect(textOf(body)).rejects.toMatchObject({ name: 'VfsError', code: 'Aborted', operation: 'read', target });
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

describe('timeout of what streams', () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] }));
  afterEach(() => {
    const left = jest.getTimerCount();
    jest.useRealTimers();
    expect(left).toBe(0);
  });

  it('lets a body last for any time, and its reader think between two chunks', async () => {
    const { store, under } = storeWith(1000);
    await under.write('k', chunkedSource([patternBytes(200_000)]));
    const { body } = await store.read('k');
    let size = 0;
    for await (const chunk of body) {
      jest.advanceTimersByTime(2000);
      size += chunk.byteLength;
    }
    expect(size).toBe(200_000);
  });

  it('ends a body of which no more bytes come, and lets it go', async () => {
    const watched = watchedSource(stallingSource(patternBytes(10), () => jest.advanceTimersByTime(1000)));
    const { store } = storeReading(1000, watched.source);
    const { body } = await store.read('k');
    await expect(textOf(body)).rejects.toMatchObject({
      code: 'DeadlineExceeded',
      retryable: true,
      message: 'read memfs://memory/k: no bytes within 1000 ms',
    });
    expect(watched.cancelled).toBe(1);
  });

  it.each(['write', 'putPart'] as const)('lets a %s last as long as bytes move', async (operation) => {
    const { store } = storeWith(1000);
    const source = slowSource(10, () => jest.advanceTimersByTime(900));
    await send(store, operation, source);
    expect(await sent(store)).toBe(10);
  });

  it.each(['write', 'putPart'] as const)(
    'gives source and store each the time for every chunk of a %s',
    async (operation) => {
      const slow = () => jest.advanceTimersByTime(600);
      const { store } = storeTaking(1000, slow);
      await send(store, operation, slowSource(10, slow));
      expect(await sent(store)).toBe(10);
    },
  );

  it.each(['write', 'putPart'] as const)('ends a %s of which no byte moves', async (operation) => {
    const { store } = storeWith(1000);
    const source = stallingSource(patternBytes(10), () => jest.advanceTimersByTime(1000));
    await expect(send(store, operation, source)).rejects.toMatchObject({
      code: 'DeadlineExceeded',
      message: `${operation} memfs://memory/k: no progress within 1000 ms`,
    });
  });

  it('gives a write of bytes in memory, which nobody sees leave, a second more for each MiB', async () => {
    const { store } = storeWith(1000, { kind: 'hang' });
    const call = store.write('k', bytesSource(new Uint8Array(2.5 * 2 ** 20)));
    call.catch(() => {});
    await turn();
    jest.advanceTimersByTime(3999);
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(1);
    const message = 'write memfs://memory/k: no answer within 4000 ms';
    await expect(call).rejects.toMatchObject({ code: 'DeadlineExceeded', message });
  });

  it('leaves bytes in memory to the driver as such', async () => {
    const bytes = patternBytes(10);
    const given: (Uint8Array | undefined)[] = [];
    const driver = createMemoryDriver();
    const spy: Driver = {
      ...aroundCalls(driver, (call, run) => run(call.signal)),
      write: (key, source, options) => {
        given.push(source.bytes);
        return driver.write(key, source, options);
      },
    };
    await new Store(timeout(1000)(spy)).write('k', bytesSource(bytes));
    expect(given[0]).toBe(bytes);
  });

  it.each(['complete', 'copy', 'copyPart'] as const)('gives a %s ten times as long', async (operation) => {
    const { store } = storeWith(1000, { kind: 'hang' });
    const call = alone(store, operation);
    call.catch(() => {});
    await turn();
    jest.advanceTimersByTime(9999);
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(1);
    await expect(call).rejects.toMatchObject({ code: 'DeadlineExceeded', operation });
  });

  it('times nothing after the answer, also when chunks are still taken', async () => {
    const driver = createMemoryDriver();
    let leftover: AsyncIterator<Uint8Array> | undefined;
    const early: Driver = {
      ...aroundCalls(driver, (call, run) => run(call.signal)),
      write: async (key, source, options) => {
        leftover = (await source.open(options.signal))[Symbol.asyncIterator]();
        await leftover.next();
        return driver.write(key, bytesSource(patternBytes(3)), options);
      },
    };
    await new Store(timeout(1000)(early)).write(
      'k',
      slowSource(3, () => {}),
    );
    await leftover?.next();
    expect(jest.getTimerCount()).toBe(0);
  });
});

const upload = { key: 'k' as ObjectKey, id: 'any' };

/** Lets everything run that needs no input. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** A source of so many chunks of one byte, which calls `before` each. */
function slowSource(chunks: number, before: () => void): BodySource {
  async function* bytes() {
    for (let index = 0; index < chunks; index += 1) {
      before();
      yield patternBytes(1);
    }
  }
  const open = async () => ({ [Symbol.asyncIterator]: bytes, cancel: async () => {} });
  return { size: chunks, checksums: {}, open };
}

/** A store whose driver calls `taken` after each chunk that it takes. */
function storeTaking(ms: number, taken: () => void) {
  const slow: Layer = (inner) =>
    aroundCalls(inner, ({ signal, source }, run) => {
      const open = async (inside: AbortSignal): Promise<ObjectBody> => {
        const body = (await source?.open(inside)) ?? bytesBody(new Uint8Array());
        async function* pass() {
          for await (const chunk of body) {
            yield chunk;
            taken();
          }
        }
        return { [Symbol.asyncIterator]: pass, cancel: () => body.cancel() };
      };
      return run(signal, source && { ...source, open });
    });
  return { store: new Store(compose(createMemoryDriver(), slow, timeout(ms))) };
}

/** A store in which every object has these bytes. */
function storeReading(ms: number, source: BodySource) {
  const driver = createMemoryDriver();
  const reading: Driver = {
    ...aroundCalls(driver, (call, run) => run(call.signal)),
    read: async (key, { signal }) => {
      const stat = { key, size: source.size, revision: '1' as Revision, checksums: {}, modifiedAt: undefined };
      return { stat: { ...stat, headers: {}, metadata: {} }, body: await source.open(signal) };
    },
  };
  return { store: new Store(timeout(ms)(reading)) };
}

async function send(store: Store, operation: 'write' | 'putPart', source: BodySource): Promise<void> {
  if (operation === 'write') {
    await store.write('k', source);
    return;
  }
  const { signal } = new AbortController();
  const begun = await store.uploads.begin('k', { signal, headers: {}, metadata: {} });
  const part = await store.uploads.putPart(begun, 1, source, signal);
  await store.uploads.complete(begun, [part], { signal, precondition: { kind: 'none' }, checksums: {} });
}

async function sent(store: Store): Promise<number> {
  return (await store.stat('k')).size;
}

function alone(store: Store, operation: 'complete' | 'copy' | 'copyPart'): Promise<unknown> {
  const { signal } = new AbortController();
  const sourceIfMatch = '1' as Revision;
  const calls = {
    complete: () => store.uploads.complete(upload, [], { signal, precondition: { kind: 'none' }, checksums: {} }),
    copy: () => store.copyFrom(store, 'k', 'k', { sourceIfMatch }),
    copyPart: () =>
      store.uploads.copyPart(
        upload,
        1,
        { driver: store.driver, key: 'k' },
        { signal, sourceIfMatch, range: { offset: 0, length: 1 } },
      ),
  };
  return calls[operation]();
}

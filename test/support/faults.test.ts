import { describe, expect, it } from '@jest/globals';
import { bytesSource, textSource } from '../../lib/vfs/body.ts';
import { digestBytes } from '../../lib/vfs/checksums.ts';
import { compose } from '../../lib/vfs/driver.ts';
import { createMemoryDriver } from '../../lib/vfs/memory/driver.ts';
import { Store } from '../../lib/vfs/store.ts';
import { createFastClock } from './clock.ts';
import { type Fault, type FaultRule, faultsAtRandom, faultsByRule } from './faults.ts';
import { contentsOf } from './memory-stores.ts';
import { patternBytes, textOf } from './sources.ts';

function storeWith(...rules: readonly FaultRule[]) {
  const driver = createMemoryDriver();
  const clock = createFastClock(0);
  const faults = faultsByRule(rules, clock);
  return { store: new Store(compose(driver, faults.layer)), under: new Store(driver), faults, clock };
}

describe('faults by rule', () => {
  it('hit the calls that a rule means, and no others', async () => {
    const { store, faults } = storeWith({
      operation: 'stat',
      key: 'a',
      nth: 2,
      fault: { kind: 'error', code: 'RateLimited' },
    });
    await store.write('a', textSource('x'));
    await store.write('b', textSource('x'));
    await store.stat('a');
    await store.stat('b');
    await expect(store.stat('a')).rejects.toMatchObject({ code: 'RateLimited' });
    await store.stat('a');
    expect(faults.injected).toEqual(['stat a: error']);
  });

  it('hit the first rule that applies', async () => {
    const { store } = storeWith(
      { operation: '*', nth: 1, fault: { kind: 'error', code: 'RateLimited' } },
      { operation: 'stat', fault: { kind: 'error', code: 'PermissionDenied' } },
    );
    await expect(store.stat('k')).rejects.toMatchObject({ code: 'RateLimited' });
    await expect(store.stat('k')).rejects.toMatchObject({ code: 'PermissionDenied' });
  });

  it('lose an answer, or a request', async () => {
    const { store, under } = storeWith(
      { operation: 'write', key: 'done', fault: { kind: 'lost-answer' } },
      { operation: 'write', key: 'undone', fault: { kind: 'never-called' } },
    );
    await expect(store.write('done', textSource('x'))).rejects.toMatchObject({
      code: 'Unavailable',
      maybeApplied: true,
    });
    await expect(store.write('undone', textSource('x'))).rejects.toMatchObject({ code: 'Unavailable' });
    expect(await contentsOf(under)).toEqual({ done: 'x' });
  });

  it('delay on the clock, and hang until the caller gives up', async () => {
    const { store, clock } = storeWith(
      { operation: 'list', fault: { kind: 'delay', ms: 300 } },
      { operation: 'stat', fault: { kind: 'hang' } },
    );
    await store.listPage('');
    expect(clock.now()).toBe(300);
    const abort = new AbortController();
    const call = store.stat('k', { signal: abort.signal });
    abort.abort();
    await expect(call).rejects.toMatchObject({ code: 'Aborted' });
  });

  it.each<[Fault, string]>([
    [{ kind: 'truncated-body', after: 3 }, '012'],
    [{ kind: 'flipped-byte', at: 4 }, '0123556789'],
    [{ kind: 'flipped-byte', at: 100 }, '0123456789'],
    [{ kind: 'truncated-body', after: 100 }, '0123456789'],
  ])('spoil the body of a read: %j', async (fault, text) => {
    const { store, under } = storeWith({ operation: 'read', fault });
    await under.write('k', textSource('0123456789'));
    expect(await textOf((await store.read('k')).body)).toBe(text);
    expect(await contentsOf(under)).toEqual({ k: '0123456789' });
  });

  it('break a body off', async () => {
    const { store, under } = storeWith({ operation: 'read', fault: { kind: 'torn-body', after: 70_000 } });
    await under.write('k', bytesSource(patternBytes(100_000)));
    const { body } = await store.read('k');
    let size = 0;
    const read = async () => {
      for await (const chunk of body) {
        size += chunk.byteLength;
      }
    };
    await expect(read()).rejects.toMatchObject({ code: 'Unavailable' });
    expect(size).toBe(70_000);
  });

  it('spoil what is sent, which a store that verifies refuses', async () => {
    const source = bytesSource(Buffer.from('text'), await digestBytes(Buffer.from('text'), ['sha256']));
    const { store, under } = storeWith({ operation: 'write', key: 'k', fault: { kind: 'flipped-byte', at: 1 } });
    await expect(store.write('k', source)).rejects.toMatchObject({ code: 'ChecksumMismatch' });
    await store.write('other', source);
    expect(await contentsOf(under)).toEqual({ other: 'text' });
    const { signal } = new AbortController();
    const parts = storeWith({ operation: 'putPart', fault: { kind: 'truncated-body', after: 1 } });
    const upload = await parts.store.uploads.begin('k', { signal, headers: {}, metadata: {} });
    const put = parts.store.uploads.putPart(upload, 1, source, signal);
    await expect(put).rejects.toMatchObject({ code: 'ChecksumMismatch' });
  });

  it('stop when told', async () => {
    const { store, faults } = storeWith({ operation: '*', fault: { kind: 'never-called' } });
    await expect(store.listPage('')).rejects.toThrow();
    faults.stop();
    await store.listPage('');
    expect(faults.injected).toHaveLength(1);
  });
});

describe('faults at random', () => {
  const run = async (seed: number) => {
    const kinds = [{ kind: 'never-called' }, { kind: 'lost-answer' }] as const;
    const faults = faultsAtRandom({ seed, rate: 0.3, faults: kinds, operations: ['stat'] });
    const store = new Store(compose(createMemoryDriver(), faults.layer));
    for (let call = 0; call < 50; call += 1) {
      await store.find(`k${call}`).catch(() => {});
      await store.listPage('');
    }
    return faults.injected;
  };

  it('are the same for the same seed, of the rate asked for, and only where asked for', async () => {
    const injected = await run(7);
    expect(await run(7)).toEqual(injected);
    expect(await run(8)).not.toEqual(injected);
    expect(injected.length).toBeGreaterThan(5);
    expect(injected.length).toBeLessThan(30);
    expect(injected.every((line) => line.startsWith('stat '))).toBe(true);
  });
});

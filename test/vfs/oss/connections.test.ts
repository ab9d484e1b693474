import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bytesSource, collect, textSource } from '../../../lib/vfs/body.ts';
import { compose } from '../../../lib/vfs/driver.ts';
import { timeout } from '../../../lib/vfs/layers/timeout.ts';
import { Store } from '../../../lib/vfs/store.ts';
import { eventually } from '../../support/eventually.ts';
import { chunkedSource, failingSource, patternBytes, stallingSource } from '../../support/sources.ts';
import { type OssPlaces, startOss } from './bucket-at.ts';

const size = 1_000_000;
const bytes = patternBytes(size);
const { signal } = new AbortController();
let oss: OssPlaces;
let store: Store;

beforeAll(async () => {
  oss = await startOss();
  oss.server.createBucket('state');
  const writer = oss.store({ url: 'oss://state' });
  await writer.write('big', bytesSource(bytes));
  await writer.close();
});

beforeEach(async () => {
  await eventually(() => oss.server.openConnections === 0);
  store = oss.store({ url: 'oss://state' });
});

afterEach(async () => {
  oss.server.script = () => undefined;
  await store.close();
});

afterAll(() => oss.close());

/** Calls that are given up while the server holds back its answer. */
const calls: Readonly<Record<string, (own: Store, giveUp: AbortSignal) => Promise<unknown>>> = {
  stat: (own, giveUp) => own.stat('big', { signal: giveUp }),
  read: (own, giveUp) => own.read('big', { signal: giveUp }),
  write: (own, giveUp) => own.write('k', textSource('x'), { signal: giveUp }),
  'write with "if-absent"': (own, giveUp) =>
    own.write('k', textSource('x'), { signal: giveUp, precondition: { kind: 'if-absent' } }),
  'write of a stream': (own, giveUp) => own.write('k', chunkedSource([bytes, bytes]), { signal: giveUp }),
  delete: (own, giveUp) => own.delete('k', { signal: giveUp }),
  list: (own, giveUp) => own.listPage('', { signal: giveUp }),
  begin: (own, giveUp) => own.uploads.begin('k', { signal: giveUp, headers: {}, metadata: {} }),
  versions: (own, giveUp) => own.versions.list('', giveUp).next(),
};

describe('connections', () => {
  it('are used again after each answer', async () => {
    const call = { signal, headers: {}, metadata: {} };
    for (let i = 0; i < 3; i += 1) {
      await collect((await store.read('big')).body, size);
      await store.find('absent');
      await expect(store.read('absent')).rejects.toMatchObject({ code: 'NotFound' });
      await store.write('k', chunkedSource([bytes]));
      await store.write('none', bytesSource(Buffer.of()));
      await store.listPage('');
      const upload = await store.uploads.begin('k', call);
      await store.uploads.abort(upload, signal);
      await store.delete('k');
    }
    expect(oss.server.openConnections).toBe(1);
  });

  it.each(Object.entries(calls))('are closed when a %s is given up', async (_, work) => {
    const giveUp = new AbortController();
    let asked = false;
    oss.server.script = () => {
      asked = true;
      return 'hang';
    };
    const refused = expect(work(store, giveUp.signal)).rejects.toMatchObject({ code: 'Aborted' });
    await eventually(() => asked);
    expect(oss.server.openConnections).toBe(1);
    giveUp.abort();
    await refused;
    await eventually(() => oss.server.openConnections === 0);
  });

  it('that are all taken do not hold back a call that is given up', async () => {
    oss.server.script = () => 'hang';
    const [busy, giveUp] = [new AbortController(), new AbortController()];
    const taken = Array.from({ length: 64 }, () => store.stat('big', { signal: busy.signal }).catch(() => {}));
    await eventually(() => oss.server.openConnections === 64);
    const waiting = store.stat('big', { signal: giveUp.signal });
    setImmediate(() => giveUp.abort());
    await expect(waiting).rejects.toMatchObject({ code: 'Aborted' });
    expect(oss.server.openConnections).toBe(64);
    busy.abort();
    await Promise.all(taken);
    await eventually(() => oss.server.openConnections === 0);
    oss.server.script = () => undefined;
    expect((await store.stat('big')).size).toBe(size);
  });

  it('are closed when a call takes too long', async () => {
    oss.server.script = () => 'hang';
    const slow = new Store(compose(store.driver, timeout(20)));
    await expect(slow.stat('big')).rejects.toMatchObject({ code: 'DeadlineExceeded' });
    await expect(slow.listPage('')).rejects.toMatchObject({ code: 'DeadlineExceeded' });
    await eventually(() => oss.server.openConnections === 0);
  });

  const bodies: Readonly<Record<string, (own: Store) => Promise<unknown>>> = {
    'let go unread': async (own) => (await own.read('big')).body.cancel(),
    'let go after its first bytes': async (own) => {
      for await (const _ of (await own.read('big')).body) {
        break;
      }
    },
    'let go while it is read': async (own) => {
      const { body } = await own.read('big');
      const reading = collect(body, size).catch(() => {});
      await body.cancel();
      await reading;
    },
    'given up by a signal': async (own) => {
      const giveUp = new AbortController();
      const { body } = await own.read('big', { signal: giveUp.signal });
      giveUp.abort();
      await expect(collect(body, size)).rejects.toMatchObject({ code: 'Aborted' });
    },
    'refused for its range': (own) =>
      expect(own.read('big', { range: { offset: 1, length: size } })).rejects.toMatchObject({
        code: 'InvalidArgument',
      }),
  };

  it.each(Object.entries(bodies))('are closed when a body is %s', async (_, work) => {
    for (let i = 0; i < 3; i += 1) {
      await work(store);
    }
    await eventually(() => oss.server.openConnections === 0);
  });

  const sources: Readonly<Record<string, (own: Store) => Promise<unknown>>> = {
    'a source fails': (own) => own.write('k', failingSource(bytes, new Error('the source failed'))),
    'a source is given up': (own) => {
      const giveUp = new AbortController();
      return own.write(
        'k',
        stallingSource(bytes, () => giveUp.abort()),
        { signal: giveUp.signal },
      );
    },
    'a write is refused before it is sent whole': (own) => {
      oss.server.script = () => ({ status: 403, code: 'AccessDenied' });
      return own.write('k', chunkedSource(Array.from({ length: 20 }, () => bytes)));
    },
    'bytes in memory are refused before they are sent whole': (own) => {
      oss.server.script = () => ({ status: 403, code: 'AccessDenied' });
      return own.write('k', bytesSource(Buffer.alloc(20_000_000)));
    },
  };

  it.each(Object.entries(sources))('are closed when %s, and nothing is stored', async (_, work) => {
    await expect(work(store)).rejects.toThrow();
    await eventually(() => oss.server.openConnections === 0);
    oss.server.script = () => undefined;
    expect(await store.find('k')).toBeUndefined();
  });

  it('are closed when the store is closed', async () => {
    await Promise.all(['a', 'b', 'c'].map((key) => store.find(key)));
    expect(oss.server.openConnections).toBeGreaterThan(0);
    await store.close();
    await eventually(() => oss.server.openConnections === 0);
  });

  it('hold a part of a large object at a time, in both ways', async () => {
    let held = 0;
    const { body } = await store.read('big');
    for await (const chunk of body) {
      held = Math.max(held, chunk.byteLength);
    }
    expect(held).toBeLessThanOrEqual(65_536);
    let ahead = 0;
    oss.server.script = () => 'stall';
    const giveUp = new AbortController();
    const endless = endlessSource(() => {
      ahead += 1;
    });
    const writing = store.write('k', endless, { signal: giveUp.signal }).catch(() => {});
    let before = -1;
    await eventually(() => {
      const still = ahead > 0 && ahead === before;
      before = ahead;
      return still;
    });
    expect(ahead).toBeLessThan(1000);
    giveUp.abort();
    await writing;
  });
});

/** A source of ten thousand chunks of 64 KiB, which tells of each one that is taken. */
function endlessSource(onChunk: () => void) {
  const chunk = new Uint8Array(65_536);
  const open = async () => ({
    async *[Symbol.asyncIterator]() {
      for (let i = 0; i < 10_000; i += 1) {
        onChunk();
        yield chunk;
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
      }
    },
    cancel: async () => {},
  });
  return { size: 10_000 * chunk.byteLength, checksums: {}, open };
}

import { describe, expect, it } from '@jest/globals';
import { configurationGroup } from '../../lib/kops/groups.ts';
import { ConfigurationWatch } from '../../lib/replication/configuration-watch.ts';
import { type Pair, pairs } from '../../lib/replication/pairs.ts';
import type { ObjectEntry } from '../../lib/vfs/types.ts';

const entry = (key: string): ObjectEntry => ({ key: key as never, size: 1, contentTag: key });
const equal = (key: string): Pair => ({ key, source: entry(key), replica: entry(key) });
const missing = (key: string): Pair => ({ key, source: entry(key) });
const keysOf = (...keys: string[]) =>
  (async function* () {
    yield* keys.map(entry);
  })();

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) {
    found.push(item);
  }
  return found;
}

describe('two listings walked in step', () => {
  it('are compared by the bytes of their keys, as stores list them', async () => {
    const found = await all(pairs(keysOf('B', 'a'), keysOf('a')));
    expect(found.map(({ key, source, replica }) => [key, source !== undefined, replica !== undefined])).toEqual([
      ['B', true, false],
      ['a', true, true],
    ]);
  });

  it('are both closed when the walk ends early', async () => {
    const closed: string[] = [];
    const listing = async function* (name: string) {
      try {
        yield* ['a', 'b'].map(entry);
      } finally {
        closed.push(name);
      }
    };
    for await (const _ of pairs(listing('source'), listing('replica'))) {
      break;
    }
    expect(closed).toEqual(['source', 'replica']);
  });

  it.each([0, 1])('leave no page under way when one fails after %i entries', async (entries) => {
    let ended = 0;
    const failing = async function* () {
      yield* [entry('a')].slice(0, entries);
      throw new Error('cut short');
    };
    const slow: AsyncIterable<ObjectEntry> = {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          await new Promise((resolve) => setImmediate(resolve));
          ended += 1;
          return { value: entry('a'), done: false };
        },
      }),
    };
    await expect(all(pairs(failing(), slow))).rejects.toThrow('cut short');
    expect(ended).toBe(entries + 1);
  });
});

describe('the watch over configurations', () => {
  const a = configurationGroup('a.example.com');
  const b = configurationGroup('b.example.com');

  it('tells of equal ones once, when the walk has left their cluster', () => {
    const reported: string[] = [];
    const watch = new ConfigurationWatch((key) => reported.push(key));
    watch.see(a, [equal('a.example.com/config')]);
    watch.see(a, [equal('a.example.com/instancegroup/nodes')]);
    expect(reported).toEqual([]);
    watch.see(b, [missing('b.example.com/config')]);
    expect(reported).toEqual(['a.example.com/config', 'a.example.com/instancegroup/nodes']);
    expect(watch.changed()).toEqual([b]);
    expect(reported).toHaveLength(2);
  });

  it.each(['first', 'last'])('names one that differs once, whichever place differs: the %s', (place) => {
    const reported: string[] = [];
    const watch = new ConfigurationWatch((key) => reported.push(key));
    const [one, two] = place === 'first' ? [missing, equal] : [equal, missing];
    watch.see(a, [one('a.example.com/config')]);
    watch.see(a, [two('a.example.com/instancegroup/nodes')]);
    expect(watch.changed()).toEqual([a]);
    expect(reported).toEqual([]);
  });
});

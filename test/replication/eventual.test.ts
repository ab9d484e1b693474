import { describe, expect, it } from '@jest/globals';
import { decodeStamp, stampOf } from '../../lib/replication/stamp.ts';
import { textSource } from '../../lib/vfs/body.ts';
import { Store } from '../../lib/vfs/store.ts';
import { createManualClock } from '../support/clock.ts';
import { limited } from './layers.ts';
import { cluster, contents, createPair, type PairOptions } from './pair.ts';
import { firstVersionAt, sourceSeen, sourceVersions } from './source-versions.ts';

const key = 'note.txt';
const minute = 60_000;

/** A pair whose source went through a history, and answers as it was at any time of it: at first as it was in the beginning. */
async function arrange(
  history: readonly Readonly<Record<string, string>>[],
  options: PairOptions & { lags?: boolean } = {},
) {
  const { lags = true, ...others } = options;
  const time = createManualClock(firstVersionAt + history.length);
  const versions = await sourceVersions(history, { lags });
  let visible = 0;
  const source = new Store(sourceSeen(versions, () => visible));
  const memory = { clock: time, ...others.memory };
  const { destination } = createPair({ memory });
  const pair = createPair({ clock: time, ...others, stores: { source, destination } });
  const answerAs = (version: number) => {
    visible = version;
  };
  return { ...pair, time, answerAs };
}

const stale = { kind: 'failed', key, retryable: true, code: 'Stale' };

describe('a source that answers with an older revision', () => {
  it('does not take the replica back: the event comes again', async () => {
    const pair = await arrange([{ [key]: 'one' }, { [key]: 'two' }]);
    pair.answerAs(1);
    expect(await pair.converge(key)).toMatchObject([{ kind: 'written' }]);
    pair.answerAs(0);
    expect(await pair.converge(key)).toEqual([
      { ...stale, reason: 'the source answered with a revision older than the one the replica is of' },
    ]);
    expect(await pair.reconcile()).toMatchObject([stale]);
    expect(await contents(pair.destination)).toEqual({ [key]: 'two' });
    pair.answerAs(1);
    expect(await pair.converge(key)).toMatchObject([{ kind: 'in-sync' }]);
  });

  it('is not asked about what a listing of the destination left out: the replica is looked at first', async () => {
    const pair = await arrange([{ [key]: 'one' }, { [key]: 'two' }], {
      destinationLayers: [
        (inner) => ({ ...inner, ...bound(inner), listPage: async () => ({ entries: [], prefixes: [], markers: [] }) }),
      ],
    });
    pair.answerAs(1);
    await pair.converge(key);
    pair.answerAs(0);
    expect(await pair.reconcile()).toMatchObject([stale]);
  });

  it('is in sync where the content is the same', async () => {
    const pair = await arrange([{ [key]: 'one' }, { [key]: 'two' }, { [key]: 'one' }]);
    pair.answerAs(2);
    await pair.converge(key);
    pair.answerAs(0);
    expect(await pair.converge(key)).toMatchObject([{ kind: 'in-sync' }]);
  });

  it('of the very same time is followed: two writes may fall into one', async () => {
    const pair = await arrange([{ [key]: 'one' }]);
    await pair.converge(key);
    const sameTime = await sourceVersions([{ [key]: 'two' }], { revisions: 'content', lags: true });
    const stores = { source: new Store(sameTime[0]!), destination: pair.destination };
    const [outcome] = await createPair({ stores, clock: pair.time }).converge(key);
    expect(outcome).toMatchObject({ kind: 'written' });
  });

  it('is taken at its word where the replica says nothing of its origin', async () => {
    const pair = await arrange([{ [key]: 'one' }]);
    await pair.destination.write(key, textSource('somebody’s'));
    expect(await pair.converge(key)).toMatchObject([{ kind: 'written' }]);
  });

  it('of which no answer is old by what it declares is followed back, as an operator may want', async () => {
    const pair = await arrange([{ [key]: 'one' }, { [key]: 'two' }], { lags: false });
    pair.answerAs(1);
    await pair.converge(key);
    pair.answerAs(0);
    expect(await pair.converge(key)).toMatchObject([{ kind: 'written' }]);
  });
});

describe('a source that answers "absent"', () => {
  it('may not show yet what the replica was made of a moment ago: the event comes again until that was long ago', async () => {
    const pair = await arrange([{}, { [key]: 'one' }]);
    pair.answerAs(1);
    await pair.converge(key);
    pair.answerAs(0);
    const later = { ...stale, reason: 'the source may not show yet what the replica is of' };
    expect(await pair.converge(key)).toEqual([later]);
    expect(await pair.reconcile()).toEqual([later]);
    await pair.time.advance(15 * minute);
    expect(await pair.converge(key)).toEqual([later]);
    await pair.time.advance(1);
    expect(await pair.converge(key)).toMatchObject([{ kind: 'deleted' }]);
    expect(await contents(pair.destination)).toEqual({});
  });

  it('is never believed of a destination that does not say since when it has the replica', async () => {
    const pair = await arrange([{}], {
      destinationLayers: [
        (inner) => ({
          ...inner,
          ...bound(inner),
          stat: async (...args) => ({ ...(await inner.stat(...args)), modifiedAt: undefined }),
        }),
      ],
    });
    await pair.destination.write(key, textSource('one'));
    await pair.time.advance(100 * minute);
    expect(await pair.converge(key)).toMatchObject([stale]);
  });

  it('changes nothing about what is retained', async () => {
    const config = `${cluster}/config`;
    const pair = await arrange([{}, { [config]: 'one' }]);
    pair.answerAs(1);
    await pair.converge(config);
    pair.answerAs(0);
    expect(await pair.converge(config)).toMatchObject([{ kind: 'retained' }]);
  });
});

it('a configuration of which listing and objects disagree comes again', async () => {
  const config = `${cluster}/config`;
  const versions = await sourceVersions([{ [config]: 'one' }, { [config]: 'two' }], { lags: true });
  const [old, now] = versions.map((driver) => driver);
  const source = new Store({
    ...bound(now!),
    url: now!.url,
    capabilities: now!.capabilities,
    listPage: (options) => old!.listPage(options),
  });
  const { destination } = createPair();
  const pair = createPair({ stores: { source, destination } });
  expect(await pair.converge(config)).toMatchObject([{ kind: 'failed', code: 'Stale', retryable: true }]);
});

describe('the time in a stamp', () => {
  const stat = { key, revision: 'r', size: 3, modifiedAt: new Date(firstVersionAt) } as never;
  const stamp = stampOf('memfs://source', stat, {});

  it('is the source’s own', () => {
    expect(stamp['statesync-modified']).toBe('2026-01-01T00:00:00.000Z');
    expect(decodeStamp(stamp)?.modifiedAt).toEqual(new Date(firstVersionAt));
  });

  it.each([[undefined], ['yesterday']])('that reads %j is none, and the stamp is one all the same', (text) => {
    const { 'statesync-modified': _, ...rest } = stamp;
    const decoded = decodeStamp(text === undefined ? rest : { ...rest, 'statesync-modified': text });
    expect(decoded).toMatchObject({ store: 'memfs://source', modifiedAt: undefined });
  });
});

it('a destination whose answers lag too makes a pair of the same kind', async () => {
  const pair = createPair({ destinationLayers: [limited({ stronglyConsistent: false })] });
  await pair.put(key, 'one');
  expect(await pair.converge(key)).toMatchObject([{ kind: 'written' }]);
});

/** The methods of a driver, which may be a class. */
function bound(driver: Store['driver']): Pick<Store['driver'], 'stat' | 'read' | 'write' | 'delete' | 'listPage'> {
  return {
    stat: (...args) => driver.stat(...args),
    read: (...args) => driver.read(...args),
    write: (...args) => driver.write(...args),
    delete: (...args) => driver.delete(...args),
    listPage: (...args) => driver.listPage(...args),
  };
}

import { describe, expect, it } from '@jest/globals';
import { stampOf } from '../../lib/replication/stamp.ts';
import { textSource } from '../../lib/vfs/body.ts';
import { faultsByRule } from '../support/faults.ts';
import { bodies, limited, onFirst } from './layers.ts';
import { contents, createPair, type TestPair } from './pair.ts';

const key = 'note.txt';

/** docs/architecture.md: whoever changes the destination looks at the source afterwards. */
describe('a change in between', () => {
  it('at the source, before the write lands, is brought too', async () => {
    const pair: TestPair = createPair({ destinationLayers: [onFirst('write', key, () => pair.put(key, 'two'))] });
    await pair.put(key, 'one');
    expect(await pair.converge(key)).toMatchObject([{ kind: 'written' }]);
    expect(await contents(pair.destination)).toEqual({ [key]: 'two' });
  });

  it('at the source, before the delete lands, is brought again', async () => {
    const pair: TestPair = createPair({ destinationLayers: [onFirst('delete', key, () => pair.put(key, 'two'))] });
    await pair.put(key, 'one');
    await pair.converge(key);
    await pair.remove(key);
    expect(await pair.converge(key)).toMatchObject([{ kind: 'written' }]);
    expect(await contents(pair.destination)).toEqual({ [key]: 'two' });
  });

  it('by another worker is never deleted: the delete names the replica that was seen', async () => {
    const anotherWorker = async () => {
      await pair.put(key, 'two');
      await pair.destination.write(key, textSource('two'));
    };
    const pair: TestPair = createPair({ destinationLayers: [onFirst('delete', key, anotherWorker)] });
    await pair.put(key, 'one');
    await pair.converge(key);
    await pair.remove(key);
    expect(await pair.converge(key)).toMatchObject([{ kind: 'in-sync', by: 'sha256' }]);
  });

  it('that takes the source away after the look ends in its absence', async () => {
    const pair: TestPair = createPair({ sourceLayers: [onFirst('read', key, () => pair.remove(key))] });
    await pair.put(key, 'one');
    await pair.destination.write(key, textSource('other'));
    expect(await pair.converge(key)).toMatchObject([{ kind: 'deleted' }]);
  });

  it('at the destination, after the listing of a reconcile, is looked at again', async () => {
    const write = () => pair.destination.write(key, textSource('theirs'));
    const pair: TestPair = createPair({ destinationLayers: [onFirst('write', key, write)] });
    await pair.put(key, 'ours');
    expect(await pair.reconcile()).toMatchObject([{ kind: 'written' }]);
    expect(await contents(pair.destination)).toEqual({ [key]: 'ours' });
  });

  it('that never ends is a failure that may pass', async () => {
    const faults = faultsByRule([{ operation: 'write', fault: { kind: 'error', code: 'PreconditionFailed' } }]);
    const pair = createPair({ destinationLayers: [faults.layer] });
    await pair.put(key, 'one');
    expect(await pair.converge(key)).toMatchObject([{ kind: 'failed', code: 'Contended', retryable: true }]);
    expect(faults.injected).toHaveLength(5);
  });
});

it('releases a body that it opened and did not need', async () => {
  const counts = bodies();
  const pair = createPair({ sourceLayers: [counts.layer] });
  const metadata = stampOf('memfs://destination', { key, revision: 'r', size: 3 } as never, {});
  await pair.source.write(key, textSource('one'), { metadata });
  expect(await pair.converge(key)).toMatchObject([{ code: 'Loop' }]);
  expect(counts.opened).toBe(1);
  expect(counts.cancelled).toBeGreaterThan(0);
});

it('looks with a stat at a source that cannot answer "unchanged"', async () => {
  const pair = createPair({ sourceLayers: [limited({ readUnless: false })] });
  await pair.put(key, 'one');
  await pair.converge(key);
  pair.requests();
  expect(await pair.converge(key)).toMatchObject([{ kind: 'in-sync' }]);
  expect(pair.requests()).toEqual(['destination stat', 'source stat']);
});

import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { bytesSource } from '../../lib/vfs/body.ts';
import type { Layer } from '../../lib/vfs/driver.ts';
import { aroundCalls } from '../../lib/vfs/layers/around.ts';
import { contentsOf } from '../support/memory-stores.ts';
import { onFirst, onlyOnce } from './layers.ts';
import { createLeasedPair, type LeasedPair, unconditional } from './leased-pair.ts';
import { contents } from './pair.ts';

const key = 'large.bin';

describe('a large object', () => {
  const size = 20_000;
  const large = { partSize: 1024, memory: { capabilities: { copy: false, multipartCopy: false } } };
  const fill = (pair: LeasedPair) => pair.source.write(key, bytesSource(randomBytes(size)));

  it.each([
    ['in parts', {}],
    ['in one stream', { multipart: false }],
  ])('that takes its time %s is written under a lease that goes on', async (_, less) => {
    const slow = onFirst('read', key, () => pair.time.advance(600_000));
    const pair: LeasedPair = createLeasedPair({
      ...large,
      lacking: { ...unconditional, ...less },
      sourceLayers: [slow],
    });
    await fill(pair);
    expect(await pair.converge(key)).toMatchObject([{ kind: 'written', bytes: size }]);
    expect(pair.controlRequests.of('write')).toBeGreaterThan(10);
    expect(await contents(pair.destination)).toEqual(await contents(pair.source));
    expect(await contentsOf(pair.control)).toEqual({});
  });

  it('that is new comes in parts too, where only single writes can say that it is', async () => {
    const pair = createLeasedPair({ ...large, lacking: { ...unconditional, writeIfAbsent: true } });
    await fill(pair);
    expect(await pair.converge(key)).toMatchObject([{ kind: 'written', bytes: size }]);
    expect(pair.requests()).toContain('destination complete');
  });

  it('is given up when its lease is lost', async () => {
    const stuck: Layer = (inner) =>
      aroundCalls(inner, async (call, run) => {
        if (call.operation === 'complete') {
          await pair.time.advance(600_000);
          call.signal.throwIfAborted();
        }
        return run(call.signal);
      });
    const pair: LeasedPair = createLeasedPair({
      ...large,
      controlLayers: [onlyOnce('write')],
      destinationLayers: [stuck],
    });
    await fill(pair);
    expect(await pair.converge(key)).toMatchObject([{ kind: 'failed', code: 'Unavailable', retryable: true }]);
    expect(await contents(pair.destination)).toEqual({});
  });
});

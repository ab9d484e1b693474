import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../lib/flow/clock.ts';
import { gateOf } from '../../lib/gate/gate-of.ts';
import { clusterText, config, fill, groupText, nodes, validSet } from './configurations.ts';
import { onFirst } from './layers.ts';
import { createLeasedPair, type LeasedPair } from './leased-pair.ts';
import { cluster, contents } from './pair.ts';

const gate = gateOf('enforce', { clock: systemClock });
const spot = `${cluster}/instancegroup/spot`;

describe('a gate that enforces, at a destination that needs leases', () => {
  it('holds and lets pass under the lease of the configuration, deletes of a reconcile too', async () => {
    const pair = createLeasedPair({ ...(gate && { gate }) });
    await fill(pair, { ...validSet, [spot]: groupText('spot') });
    await pair.reconcile();
    await pair.remove(spot);
    await fill(pair, { [config]: clusterText({ members: 2 }) });
    expect((await pair.reconcile()).filter(({ kind }) => kind === 'held').map(({ key }) => key)).toEqual([
      config,
      spot,
    ]);
    await fill(pair, validSet);
    await pair.reconcile();
    expect(await contents(pair.destination)).toEqual(validSet);
  });

  it('writes a set to its end, although the source is invalid meanwhile', async () => {
    const edited = {
      [nodes]: groupText('nodes', { maxSize: 9 }),
      [config]: clusterText({ networkCidr: '172.21.0.0/17' }),
    };
    const turn = onFirst('write', nodes, () => pair.put(config, clusterText({ members: 2 })));
    const pair: LeasedPair = createLeasedPair({ ...(gate && { gate }), destinationLayers: [turn] });
    await fill(pair, { ...validSet, ...edited });
    expect(await pair.converge(config)).toContainEqual(expect.objectContaining({ kind: 'held', key: config }));
    expect(await contents(pair.destination)).toEqual({ ...validSet, ...edited });
  });
});

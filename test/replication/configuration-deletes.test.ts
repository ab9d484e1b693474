import { describe, expect, it } from '@jest/globals';
import { aroundCalls } from '../../lib/vfs/layers/around.ts';
import { faultsByRule } from '../support/faults.ts';
import { clusterText, config, controlPlane, createGatedPair, fill, groupText, validSet } from './configurations.ts';
import { cluster, contents, type TestPair } from './pair.ts';

/** A set in which another instance group runs etcd: the one before goes. */
const other = `${cluster}/instancegroup/control-plane-b`;
const renamed = {
  [other]: groupText('control-plane-b', { role: 'Master' }),
  [config]: clusterText().replace('instanceGroup: control-plane', 'instanceGroup: control-plane-b'),
};
const { [controlPlane]: _gone, ...kept } = validSet;
const after = { ...kept, ...renamed };

const ways = ['event', 'reconcile'] as const;
const run = (pair: TestPair, how: (typeof ways)[number]) =>
  how === 'event' ? pair.converge(config) : pair.reconcile();

describe('deletes of a configuration', () => {
  it.each(ways.flatMap((how) => (['enforce', 'warn', 'off'] as const).map((mode) => ({ how, mode }))))(
    'wait until the rest of the set is there, since the replica may name what is gone: $how, gate $mode',
    async ({ how, mode }) => {
      const faults = faultsByRule([
        { operation: 'write', key: other, fault: { kind: 'error', code: 'PermissionDenied' } },
      ]);
      const pair = createGatedPair(mode, { destinationLayers: [faults.layer] });
      await fill(pair, validSet);
      await pair.converge(config);
      await fill(pair, renamed);
      await pair.remove(controlPlane);
      const outcomes = await run(pair, how);
      expect(outcomes).toContainEqual(expect.objectContaining({ kind: 'failed', key: other }));
      expect(outcomes).toContainEqual(expect.objectContaining({ kind: 'deferred', key: controlPlane }));
      expect(await contents(pair.destination)).toEqual(validSet);
      faults.stop();
      await run(pair, how);
      expect(await contents(pair.destination)).toEqual(after);
    },
  );

  it('stay with a set that was held, although the source is mended before a reconcile comes to them', async () => {
    for (let mendedAt = 1; mendedAt <= 12; mendedAt += 1) {
      let left = Number.POSITIVE_INFINITY;
      const pair: TestPair = createGatedPair('enforce', {
        sourceLayers: [
          (inner) =>
            aroundCalls(inner, async (call, go) => {
              left -= call.operation === 'list' ? 1 : 0;
              await (left === 0 ? fill(pair, renamed) : undefined);
              return go(call.signal);
            }),
        ],
      });
      await fill(pair, validSet);
      await pair.converge(config);
      await fill(pair, { ...renamed, [config]: clusterText({ members: 2 }) });
      await pair.remove(controlPlane);
      left = mendedAt;
      await pair.reconcile();
      expect([validSet, after]).toContainEqual(await contents(pair.destination));
    }
  });
});

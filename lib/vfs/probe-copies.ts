import type { ProbeBench } from './probe-bench.ts';
import type { Experiment } from './probe-objects.ts';
import type { ObjectKey, Precondition, Revision } from './types.ts';

/** Of copies on the server side, from and to the same store. */
export const copyExperiments: readonly Experiment[] = [
  {
    capability: 'copy',
    holds: async (bench, key) => {
      const from = bench.key('copy-source');
      const { stale, current } = await bench.putTwice(from);
      await copy(bench, from, key, current);
      const copied = (await bench.text(key)) === 'second';
      return copied && (await bench.refused(copy(bench, from, key, stale)));
    },
  },
  {
    capability: 'copyConditional',
    holds: async (bench, key) => {
      const from = bench.key('copyConditional-source');
      const { revision } = await bench.put(from, 'copied');
      const { stale } = await bench.putTwice(key);
      const taken = await bench.refused(copy(bench, from, key, revision, { kind: 'if-absent' }));
      const moved = await bench.refused(copy(bench, from, key, revision, { kind: 'if-match', revision: stale }));
      return taken && moved && (await bench.text(key)) === 'second';
    },
  },
];

async function copy(
  { driver, signal }: ProbeBench,
  from: ObjectKey,
  to: ObjectKey,
  sourceIfMatch: Revision,
  precondition: Precondition = { kind: 'none' },
): Promise<void> {
  await driver.copyFrom?.(driver, from, to, { signal, sourceIfMatch, precondition, headers: {}, metadata: {} });
}

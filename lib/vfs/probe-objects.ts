import type { Capabilities } from './capabilities.ts';
import { type ProbeBench, undefinedWhenDenied } from './probe-bench.ts';
import type { ContentHeaders, ObjectKey } from './types.ts';

/** The capabilities that are yes or no. */
export type Flag = {
  [K in keyof Capabilities]: Capabilities[K] extends boolean ? K : never;
}[keyof Capabilities];

/** Finds out whether a store honours one capability, with the object of a key of its own. Failures count as no. */
export interface Experiment {
  readonly capability: Flag;
  /** Undefined where it cannot be told, since it may not be tried. */
  holds(bench: ProbeBench, key: ObjectKey): Promise<boolean | undefined>;
}

const headers: ContentHeaders = { contentType: 'text/x-probe', cacheControl: 'no-store' };

/** Of single objects. Each condition is tried both ways: a store that refuses everything honours nothing either. */
export const objectExperiments: readonly Experiment[] = [
  {
    capability: 'readRange',
    holds: async (bench, key) => {
      await bench.put(key, '0123456789');
      return (await bench.text(key, { range: { offset: 3, length: 4 } })) === '3456';
    },
  },
  {
    capability: 'readIfMatch',
    holds: async (bench, key) => {
      const { stale, current } = await bench.putTwice(key);
      const kept = (await bench.text(key, { ifMatch: current })) === 'second';
      return kept && (await bench.refused(bench.text(key, { ifMatch: stale })));
    },
  },
  {
    capability: 'readUnless',
    holds: async (bench, key) => {
      const { stale, current } = await bench.putTwice(key);
      const changed = await bench.text(key, { unless: stale });
      return changed === 'second' && (await bench.text(key, { unless: current })) === undefined;
    },
  },
  {
    capability: 'writeIfAbsent',
    holds: async (bench, key) => {
      await bench.put(key, 'first', { precondition: { kind: 'if-absent' } });
      const refused = await bench.refused(bench.put(key, 'second', { precondition: { kind: 'if-absent' } }));
      return refused && (await bench.text(key)) === 'first';
    },
  },
  {
    capability: 'writeIfMatch',
    holds: async (bench, key) => {
      const { stale, current } = await bench.putTwice(key);
      const late = { precondition: { kind: 'if-match', revision: stale } } as const;
      const refused = await bench.refused(bench.put(key, 'late', late));
      const absent = await bench.refused(bench.put(bench.key('absent'), 'late', late));
      const kept = (await bench.text(key)) === 'second';
      await bench.put(key, 'third', { precondition: { kind: 'if-match', revision: current } });
      return refused && absent && kept && (await bench.text(key)) === 'third';
    },
  },
  {
    capability: 'deleteIfMatch',
    holds: async (bench, key) => {
      const { driver, signal } = bench;
      const { stale, current } = await bench.putTwice(key);
      const remove = (revision: typeof stale) =>
        driver.delete(key, { signal, precondition: { kind: 'if-match', revision } });
      const refused = await bench.refused(remove(stale));
      await remove(current);
      return refused;
    },
  },
  {
    capability: 'metadata',
    holds: async (bench, key) => {
      await bench.put(key, 'text', { metadata: { probe: 'value' } });
      const { metadata } = await bench.driver.stat(key, bench);
      const { probe } = metadata;
      return probe === 'value';
    },
  },
  {
    capability: 'contentHeaders',
    holds: async (bench, key) => {
      await bench.put(key, 'text', { headers });
      const { headers: found } = await bench.driver.stat(key, bench);
      return found.contentType === headers.contentType && found.cacheControl === headers.cacheControl;
    },
  },
  {
    capability: 'versions',
    holds: async (bench, key) => {
      await bench.putTwice(key);
      const { signal } = bench;
      const history = await bench.driver.versions?.listVersions({ prefix: key, signal }).catch(undefinedWhenDenied);
      return history && history.versions.length === 2;
    },
  },
];

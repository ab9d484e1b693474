import { classify } from '../lib/kops/layout.ts';
import { put } from './acts.ts';
import type { World } from './world.ts';

const lanes = 4;

/** Changes objects one after another, and measures the time from each change's acknowledgement to its replica's, in milliseconds, ascending. */
export async function measureLatency(
  world: World,
  keys: readonly string[],
  changes: number,
  progress: (done: number) => void,
): Promise<number[]> {
  const chosen = keys
    .filter((key) => ['addon', 'manifest', 'node-config', 'completed-spec'].includes(classify(key).class ?? ''))
    .slice(0, 40);
  const latencies: number[] = [];
  const lane = async (number: number) => {
    const own = chosen.filter((_, i) => i % lanes === number);
    for (let i = 0; i < changes / lanes && own.length > 0; i += 1) {
      const key = own[i % own.length] ?? '';
      const written = world.traffic.nextReplicaWrite(key);
      await put(world, key, `change ${number}.${i}\n`);
      const start = performance.now();
      latencies.push((await written) - start);
      progress(latencies.length);
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, number) => lane(number)));
  await world.settled();
  return latencies.toSorted((a, b) => a - b);
}

/** The value below which a share of ascending values lie. */
export function percentile(ascending: readonly number[], share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] ?? Number.NaN;
}

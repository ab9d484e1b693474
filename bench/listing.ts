import type { Scale } from './bench.ts';
import { mebibytes, type Row } from './row.ts';
import { withWorkers } from './worker.ts';

/** How much more memory ten times the keys may take: what a garbage collector's mood makes of it. */
const flat = 1.25;

/** Memory of a reconcile over listings of two lengths, one ten times the other. */
export async function listing(scale: Scale): Promise<readonly Row[]> {
  const few = scale === 'full' ? 100_000 : 15_000;
  const many = few * 10;
  return withWorkers(async (workers) => {
    const short = await workers.do({ kind: 'listing', keys: few });
    const long = await workers.do({ kind: 'listing', keys: many });
    for (const [{ counts }, keys] of [
      [short, few],
      [long, many],
    ] as const) {
      if (counts['in-sync'] !== keys) {
        throw new Error(`${keys} keys should be in sync; the worker says ${JSON.stringify(counts)}`);
      }
    }
    return [
      {
        name: `listing: peak memory, ${few} keys`,
        value: mebibytes(short.peakBytes),
        unit: 'MiB',
        detail: `${short.seconds.toFixed(1)} s`,
      },
      {
        name: `listing: peak memory, ${many} keys`,
        value: mebibytes(long.peakBytes),
        unit: 'MiB',
        detail: `${long.seconds.toFixed(1)} s`,
      },
      {
        name: 'listing: memory of ten times the keys',
        value: long.peakBytes / short.peakBytes,
        unit: '×',
        detail: '',
        atMost: flat,
      },
    ];
  });
}

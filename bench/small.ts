import type { Scale } from './bench.ts';
import { mebibytes, type Row } from './row.ts';
import { addonKeys, startServer } from './server.ts';
import type { JobResult } from './worker/job.ts';
import { withWorkers } from './worker.ts';

const cluster = 'bench.example.com';
const prefix = `${cluster}/`;
const size = 4096;

/** The first copy of many small objects by a reconcile, and a second one that finds nothing, beside the plain client. */
export async function small(scale: Scale): Promise<readonly Row[]> {
  const count = scale === 'full' ? 10_000 : 150;
  const server = await startServer();
  try {
    const source = await server.createBucket('bench-state');
    const destination = await server.createBucket('bench-replica');
    const piped = await server.createBucket('bench-piped');
    await server.fill('bench-state', addonKeys(cluster, count), size);
    return await withWorkers(async (workers) => {
      const pipe = await workers.do({ kind: 'pipe', source, destination: piped, prefix });
      expectCount(pipe, 'copied', count);
      const first = await workers.do({ kind: 'reconcile', source, destination, prefix });
      expectCount(first, 'written', count);
      const again = await workers.do({ kind: 'reconcile', source, destination, prefix });
      expectCount(again, 'in-sync', count);
      return rows(count, { pipe, first, again });
    });
  } finally {
    await server.close();
  }
}

function rows(count: number, runs: Readonly<Record<'pipe' | 'first' | 'again', JobResult>>): Row[] {
  const { pipe, first, again } = runs;
  const what = `${count} objects of 4 KiB`;
  const cpu = ({ cpuSeconds }: JobResult) =>
    `${((cpuSeconds / count) * 1000).toFixed(2)} ms of the worker's CPU an object`;
  return [
    { name: `small: first copy of ${what}`, value: count / first.seconds, unit: 'objects/s', detail: cpu(first) },
    { name: 'small: plain client, GET and PUT', value: count / pipe.seconds, unit: 'objects/s', detail: cpu(pipe) },
    {
      name: 'small: time of the first copy, beside the plain client',
      value: first.seconds / pipe.seconds,
      unit: '×',
      detail: 'three requests an object and every check, beside two requests and none',
    },
    {
      name: "small: the worker's CPU, beside the plain client",
      value: first.cpuSeconds / pipe.cpuSeconds,
      unit: '×',
      detail: 'hardly moved by what else the machine does',
    },
    { name: `small: no-op reconcile of ${what}`, value: count / again.seconds, unit: 'objects/s', detail: cpu(again) },
    {
      name: 'small: peak memory, first copy',
      value: mebibytes(first.peakBytes),
      unit: 'MiB',
      detail: `plain client ${mebibytes(pipe.peakBytes).toFixed(0)} MiB`,
      atMost: 200,
    },
    { name: 'small: peak memory, no-op', value: mebibytes(again.peakBytes), unit: 'MiB', detail: '', atMost: 200 },
  ];
}

function expectCount({ counts }: JobResult, kind: string, count: number): void {
  if (counts[kind] !== count) {
    throw new Error(`${count} objects should be ${kind}; the worker says ${JSON.stringify(counts)}`);
  }
}

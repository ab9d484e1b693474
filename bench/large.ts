import type { Scale } from './bench.ts';
import { mebibytes, type Row } from './row.ts';
import { startServer } from './server.ts';
import type { JobResult } from './worker/job.ts';
import { withWorkers } from './worker.ts';

const prefix = 'bench.example.com/';
const key = `${prefix}addons/large.yaml`; // A key that counts alone.

/**
 * One large object between two servers, beside a bare pipe between the same two.
 *
 * The bytes are made up by one server and let go by the other, after both digested them; that time is in both figures.
 */
export async function large(scale: Scale): Promise<readonly Row[]> {
  const size = (scale === 'full' ? 1024 : 160) * 2 ** 20;
  const [from, to] = await Promise.all([startServer(), startServer()]);
  try {
    const source = await from.createBucket('bench-state');
    await from.s3.putSynthetic('bench-state', key, size);
    return await withWorkers(async (workers) => {
      const pipes: JobResult[] = [];
      const copies: JobResult[] = [];
      for (let round = 0; round < (scale === 'full' ? 2 : 1); round += 1) {
        pipes.push(
          await workers.do({ kind: 'pipe', source, prefix, destination: await to.createBucket(`bench-pipe-${round}`) }),
        );
        copies.push(
          await workers.do({
            kind: 'reconcile',
            source,
            prefix,
            destination: await to.createBucket(`bench-copy-${round}`),
          }),
        );
      }
      const wrong = [...pipes, ...copies].find(({ bytes }) => bytes !== size);
      if (wrong !== undefined) {
        throw new Error(`${size} bytes should be copied, and ${wrong.bytes} were`);
      }
      return rows(size, { pipes, copies });
    });
  } finally {
    await Promise.all([from.close(), to.close()]);
  }
}

function rows(size: number, { pipes, copies }: Readonly<Record<'pipes' | 'copies', readonly JobResult[]>>): Row[] {
  const least = (runs: readonly JobResult[], of: 'seconds' | 'cpuSeconds') => Math.min(...runs.map((run) => run[of]));
  const peak = (runs: readonly JobResult[]) => mebibytes(Math.max(...runs.map((run) => run.peakBytes)));
  const rate = (runs: readonly JobResult[]) => mebibytes(size) / least(runs, 'seconds');
  const cpu = (runs: readonly JobResult[]) => `${least(runs, 'cpuSeconds').toFixed(1)} s of the worker's CPU`;
  const beside = (of: 'seconds' | 'cpuSeconds') => least(copies, of) / least(pipes, of);
  return [
    { name: `large: one object of ${mebibytes(size)} MiB`, value: rate(copies), unit: 'MiB/s', detail: cpu(copies) },
    { name: 'large: bare pipe, GET to PUT', value: rate(pipes), unit: 'MiB/s', detail: cpu(pipes) },
    {
      name: 'large: time beside the bare pipe',
      value: beside('seconds'),
      unit: '×',
      detail: 'parts, digests and proof beside none; the better of the runs of each',
    },
    { name: "large: the worker's CPU beside the bare pipe", value: beside('cpuSeconds'), unit: '×', detail: '' },
    {
      name: 'large: peak memory',
      value: peak(copies),
      unit: 'MiB',
      detail: `bare pipe ${peak(pipes).toFixed(0)} MiB`,
      atMost: 200,
    },
  ];
}

import { join } from 'node:path';
import { bundleFiles, withFolder } from './bundle.ts';
import { run } from './child.ts';
import { type Job, type JobResult, jobVariable } from './worker/job.ts';

/** Memory of the deployed function, in MiB, and the share of it that Lambda's Node.js gives to V8's heap. */
const functionMemory = 512;
const heapShare = 0.9;
/** Many times what the longest job takes. */
const timeoutMs = 240_000;

/** Does jobs, each in a fresh process of its own, bundled as the functions are and with the heap that they have. */
export interface Workers {
  do(job: Job): Promise<JobResult>;
}

/** Bundles the worker for as long as `work` takes. */
export function withWorkers<T>(work: (workers: Workers) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    await bundleFiles({ worker: 'bench/worker/main.ts' }, folder);
    return work({
      do: async (job) => {
        const flags = [
          `--max-old-space-size=${Math.floor(functionMemory * heapShare)}`,
          '--disable-warning=ExperimentalWarning',
        ];
        const environment = { [jobVariable]: JSON.stringify(job) };
        const { stdout } = await run(process.execPath, [...flags, join(folder, 'worker.mjs')], {
          environment,
          timeoutMs,
        });
        return JSON.parse(stdout) as JobResult;
      },
    });
  });
}

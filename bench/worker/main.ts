import '../../lib/vfs/aws/quiet-sdk.ts'; // First, before any client is made.
import { peakBytesOf } from '../child.ts';
import { type Job, type JobResult, jobVariable, type Work } from './job.ts';

const job = JSON.parse(process.env[jobVariable] ?? '') as Job;
const work = await prepare(job);
const start = performance.now();
const cpuBefore = process.cpuUsage();
const { counts, bytes } = await work();
const cpu = process.cpuUsage(cpuBefore);
const result: JobResult = {
  seconds: (performance.now() - start) / 1000,
  cpuSeconds: (cpu.user + cpu.system) / 1e6,
  peakBytes: peakBytesOf('self') ?? process.resourceUsage().maxRSS * 1024,
  counts,
  bytes,
};
process.stdout.write(JSON.stringify(result));

/** Loads only what the job needs, so that no other job's code counts in its memory. */
async function prepare(given: Job): Promise<() => Promise<Work>> {
  switch (given.kind) {
    case 'reconcile':
      return (await import('./reconcile.ts')).reconcileJob(given);
    case 'pipe':
      return (await import('./pipe.ts')).pipeJob(given);
    case 'listing':
      return (await import('./listing.ts')).listingJob(given);
  }
}

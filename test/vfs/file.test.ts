import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../lib/flow/clock.ts';
import { createFileDriver } from '../../lib/vfs/file/driver.ts';
import { describeDriver } from '../conformance/suite.ts';

const directory = await mkdtemp(join(tmpdir(), 'statesync-file-'));
/** That a crash loses nothing is not seen here, and costs time. */
const sync = async () => {};
const open = async () => createFileDriver({ directory, clock: systemClock, sync });

await describeDriver('file', {
  open,
  second: open,
  close: () => rm(directory, { recursive: true }),
  modelRuns: 12,
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../lib/flow/clock.ts';
import { createFileDriver } from '../../lib/vfs/file/driver.ts';
import { describeDriver } from '../conformance/suite.ts';

const directory = await mkdtemp(join(tmpdir(), 'statesync-file-'));
const open = async () => createFileDriver({ directory, clock: systemClock });

await describeDriver('file', {
  open,
  second: open,
  close: () => rm(directory, { recursive: true }),
  modelRuns: 12,
});

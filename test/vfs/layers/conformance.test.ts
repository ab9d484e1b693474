import { compose, type Layer } from '../../../lib/vfs/driver.ts';
import { instrument } from '../../../lib/vfs/layers/instrument.ts';
import { limited } from '../../../lib/vfs/layers/limited.ts';
import { prefixed } from '../../../lib/vfs/layers/prefix.ts';
import { retry } from '../../../lib/vfs/layers/retry.ts';
import { timeout } from '../../../lib/vfs/layers/timeout.ts';
import { createMemoryDriver } from '../../../lib/vfs/memory/driver.ts';
import { MemorySpace } from '../../../lib/vfs/memory/space.ts';
import { describeDriver } from '../../conformance/suite.ts';
import { createFastClock } from '../../support/clock.ts';
import { faultsByRule } from '../../support/faults.ts';

const clock = createFastClock();
const patient = retry({ attempts: 4, baseMs: 1, maxMs: 1, random: () => 0, clock });

const layers: Readonly<Record<string, readonly Layer[]>> = {
  retry: [patient],
  timeout: [timeout(10_000)],
  instrument: [instrument(() => {}, clock)],
  limited: [limited({ listDelimiter: false, writeIfAbsent: false, multipartCopy: false, copyConditional: false })],
  'fault injection without faults': [faultsByRule([]).layer],
  'all layers, as a store is opened with': [instrument(() => {}, clock), timeout(10_000), patient, prefixed('pre/fix')],
};

for (const [name, composed] of Object.entries(layers)) {
  const space = new MemorySpace({ versions: true });
  const open = async () => compose(createMemoryDriver({ space }), ...composed);
  await describeDriver(`memory beneath ${name}`, { open, second: open, modelRuns: 10 });
}

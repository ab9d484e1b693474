import { writeFile } from 'node:fs/promises';
import { systemClock } from '../../../lib/flow/clock.ts';
import { compose, type Driver } from '../../../lib/vfs/driver.ts';
import { openDriver } from '../../../lib/vfs/gcs/open.ts';
import { prefixed } from '../../../lib/vfs/layers/prefix.ts';
import { probeStore } from '../../../lib/vfs/probe.ts';
import { findingsOf } from '../../conformance/harness.ts';
import { describeDriver } from '../../conformance/suite.ts';
import { gcsEndpointOf } from './endpoint.ts';
import { gcsPlaces } from './places.ts';
import { knownServerAt } from './quirks.ts';

const endpoint = gcsEndpointOf(process.env);
const findingsFile = process.env['STATESYNC_TEST_FINDINGS'];
const notHonoured: Record<string, readonly string[]> = {};

for (const place of gcsPlaces(await knownServerAt(endpoint.endpoint), endpoint)) {
  const { definition, prefix } = await place.make();
  const open = (): Driver =>
    compose(
      openDriver(definition, { environment: process.env, clock: systemClock }),
      prefixed(prefix.replace(/\/$/, '')),
    );
  const driver = open();
  const lies = findingsOf(driver.capabilities, await probeStore(driver)).notHonoured;
  notHonoured[place.kind] = lies;
  await driver.close?.();
  await describeDriver(place.title, {
    open: async () => open(),
    second: async () => open(),
    close: () => place.clear(),
    ...place.known,
    ...(place.isKnown ? {} : { notHonoured: Object.fromEntries(lies.map((name) => [name, ''])) }),
    modelRuns: 10,
  });
}

if (findingsFile !== undefined) {
  await writeFile(findingsFile, JSON.stringify(notHonoured));
}

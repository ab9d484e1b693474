import { writeFile } from 'node:fs/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { systemClock } from '../../../lib/flow/clock.ts';
import { compose, type Driver, type Layer } from '../../../lib/vfs/driver.ts';
import { aroundCalls } from '../../../lib/vfs/layers/around.ts';
import { prefixed } from '../../../lib/vfs/layers/prefix.ts';
import { retry } from '../../../lib/vfs/layers/retry.ts';
import { probeStore } from '../../../lib/vfs/probe.ts';
import { openDriver } from '../../../lib/vfs/s3/open.ts';
import { findingsOf } from '../../conformance/harness.ts';
import { describeDriver } from '../../conformance/suite.ts';
import { s3EndpointOf } from './endpoint.ts';
import { s3Places } from './places.ts';
import { knownServer } from './quirks.ts';

const server = knownServer(process.env['STATESYNC_TEST_SERVER']);
const findingsFile = process.env['STATESYNC_TEST_FINDINGS'];
const notHonoured: Record<string, readonly string[]> = {};
const layers: readonly Layer[] = [
  ...(server?.retried === undefined
    ? []
    : [retry({ attempts: 2, baseMs: 1, maxMs: 1, random: Math.random, clock: systemClock })]),
  ...(server?.oneAtATime === undefined ? [] : [oneAtATime()]),
];

for (const place of s3Places(server, s3EndpointOf(process.env))) {
  const { definition, bucket, prefix } = await place.make();
  const open = (): Driver =>
    compose(
      openDriver(definition, { environment: place.environment, clock: systemClock }),
      prefixed(prefix.replace(/\/$/, '')),
      ...layers,
    );
  const driver = open();
  const lies = findingsOf(driver.capabilities, await probeStore(driver)).notHonoured;
  notHonoured[place.kind] = lies;
  await driver.close?.();
  await describeDriver(place.title, {
    open: async () => open(),
    second: async () => open(),
    plantMarker: async (key) =>
      void (await place.client.send(
        new PutObjectCommand({ Bucket: bucket, Key: prefix + key, Body: '', ContentLength: 0 }),
      )),
    close: () => place.clear(),
    ...(place.known ?? { notHonoured: Object.fromEntries(lies.map((name) => [name, ''])) }),
    modelRuns: 10,
  });
}

if (findingsFile !== undefined) {
  await writeFile(findingsFile, JSON.stringify(notHonoured));
}

/** Lets one call at a time through, over all drivers that it is laid around. */
function oneAtATime(): Layer {
  let last: Promise<unknown> = Promise.resolve();
  return (inner) =>
    aroundCalls(inner, (call, run) => {
      const next = last.then(() => run(call.signal));
      last = next.catch(() => {});
      return next;
    });
}

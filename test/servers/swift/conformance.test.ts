import { randomUUID } from 'node:crypto';
import { systemClock } from '../../../lib/flow/clock.ts';
import type { Capabilities } from '../../../lib/vfs/capabilities.ts';
import { compose, type Driver } from '../../../lib/vfs/driver.ts';
import { prefixed } from '../../../lib/vfs/layers/prefix.ts';
import { openDriver } from '../../../lib/vfs/swift/open.ts';
import { describeDriver } from '../../conformance/suite.ts';
import { environmentOf, swiftEndpointOf } from './endpoint.ts';
import { plainClient } from './plain-client.ts';
import { knownSwift } from './quirks.ts';
import { togetherWhenMaking } from './together.ts';

const endpoint = swiftEndpointOf(process.env);
const environment = environmentOf(endpoint, endpoint.member);
const client = await plainClient(endpoint, endpoint.member);

interface Kind {
  readonly title: string;
  readonly prefix?: string;
  readonly capabilities?: Partial<Capabilities>;
}

const kinds: readonly Kind[] = [
  { title: 'a container' },
  { title: 'a prefix of a container', prefix: 'in/side' },
  // What is larger is written in segments here: few, since Swift gives out one a second where many are small.
  { title: 'a container of large objects', capabilities: { parts: { minSize: 1, maxSize: 40_000, maxCount: 1000 } } },
];

for (const { title, prefix = '', capabilities } of kinds) {
  const container = `statesync-test-${randomUUID()}`;
  await client.make(container);
  const definition = { url: `swift://${container}`, ...(capabilities && { capabilities }) };
  const open = async (): Promise<Driver> =>
    compose(await openDriver(definition, { environment, clock: systemClock }), prefixed(prefix), togetherWhenMaking);
  await describeDriver(`${title} of ${knownSwift.title}`, {
    open,
    second: open,
    plantMarker: (key) => client.put(container, prefix === '' ? key : `${prefix}/${key}`, new Uint8Array()),
    deviations: knownSwift.deviations,
    modelRuns: 10,
  });
}

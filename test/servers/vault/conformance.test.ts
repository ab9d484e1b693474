import { systemClock } from '../../../lib/flow/clock.ts';
import { compose } from '../../../lib/vfs/driver.ts';
import { prefixed } from '../../../lib/vfs/layers/prefix.ts';
import { openDriver } from '../../../lib/vfs/vault/open.ts';
import { describeDriver } from '../../conformance/suite.ts';
import { vaultEndpointOf } from './endpoint.ts';
import { vaultPlaces } from './places.ts';
import { vaultDeviations } from './quirks.ts';

for (const { title, definition, prefix, environment, clear } of await vaultPlaces(vaultEndpointOf(process.env))) {
  const open = async () => compose(openDriver(definition, { environment, clock: systemClock }), prefixed(prefix));
  await describeDriver(title, { open, second: open, deviations: vaultDeviations, modelRuns: 10, close: clear });
}

import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { systemClock } from '../../../lib/flow/clock.ts';
import { openDriver } from '../../../lib/vfs/azure/open.ts';
import { compose } from '../../../lib/vfs/driver.ts';
import { prefixed } from '../../../lib/vfs/layers/prefix.ts';
import { probeStore } from '../../../lib/vfs/probe.ts';
import { findingsOf } from '../../conformance/harness.ts';
import { describeDriver } from '../../conformance/suite.ts';
import { azureDefinition, azureEndpointOf } from './endpoint.ts';
import { azuriteQuirks } from './quirks.ts';

const at = azureEndpointOf(process.env);
const findingsFile = process.env['STATESYNC_TEST_FINDINGS'];
const container = `state-${randomUUID()}`;
const credential = new StorageSharedKeyCredential(at.account, at.accountKey);
const client = new ContainerClient(`${at.endpoint}/${at.account}/${container}`, credential);
await client.create();
const open = () => openDriver(azureDefinition(at, container), { environment: process.env, clock: systemClock });
const plantMarker =
  (prefix = '') =>
  async (key: string) => {
    await client.getBlockBlobClient(prefix + key).upload('', 0);
  };

const driver = open();
const { notHonoured } = findingsOf(driver.capabilities, await probeStore(driver));
await driver.close?.();

await describeDriver('a container of Azurite', {
  open: async () => open(),
  second: async () => open(),
  plantMarker: plantMarker(),
  ...azuriteQuirks,
});

await describeDriver('a prefix of a container of Azurite', {
  open: async () => compose(open(), prefixed('in/side')),
  plantMarker: plantMarker('in/side/'),
  ...azuriteQuirks,
  modelRuns: 10,
});

if (findingsFile !== undefined) {
  await writeFile(findingsFile, JSON.stringify({ 'a container': notHonoured }));
}

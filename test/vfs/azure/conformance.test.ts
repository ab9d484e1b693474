import { compose } from '../../../lib/vfs/driver.ts';
import { prefixed } from '../../../lib/vfs/layers/prefix.ts';
import { describeDriver } from '../../conformance/suite.ts';
import { azuriteQuirks } from '../../servers/azure/quirks.ts';
import { startAzurePlace } from './place.ts';

const place = await startAzurePlace();
const open = () => place.open({ capabilities: {}, endpoint: place.emulator });
const plantMarker =
  (prefix = '') =>
  async (key: string) => {
    await place.admin.getBlockBlobClient(prefix + key).upload('', 0);
  };
let users = 2;
const close = async () => {
  users -= 1;
  if (users === 0) {
    await place.close();
  }
};

await describeDriver('a container of Azure Blob Storage', {
  open: async () => open(),
  second: async () => open(),
  plantMarker: plantMarker(),
  ...azuriteQuirks,
  modelRuns: 5,
  close,
});

await describeDriver('a prefix of a container of Azure Blob Storage', {
  open: async () => compose(open(), prefixed('in/side')),
  plantMarker: plantMarker('in/side/'),
  ...azuriteQuirks,
  modelRuns: 2,
  close,
});

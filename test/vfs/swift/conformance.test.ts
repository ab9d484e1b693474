import { compose } from '../../../lib/vfs/driver.ts';
import { prefixed } from '../../../lib/vfs/layers/prefix.ts';
import { describeDriver } from '../../conformance/suite.ts';
import { md5 } from '../../loopback/swift/account.ts';
import { startSwiftCloud } from './cloud.ts';

const cloud = await startSwiftCloud();
cloud.account.makeContainer('small');
const plant = (container: string, name: string) => {
  const bytes = new Uint8Array();
  cloud.account.put(container, name, { bytes, etag: md5(bytes), headers: {} });
};
let open = 3;
const close = async () => {
  open -= 1;
  if (open === 0) {
    await cloud.close();
  }
};

await describeDriver('a container', {
  open: () => cloud.open(),
  second: () => cloud.open(),
  plantMarker: async (key) => plant('state', key),
  close,
});

await describeDriver('a prefix of a container', {
  open: async () => compose(await cloud.open(), prefixed('in/side')),
  plantMarker: async (key) => plant('state', `in/side/${key}`),
  modelRuns: 5,
  close,
});

// Everything beyond a kilobyte is written in segments here.
const parts = { minSize: 1, maxSize: 1024, maxCount: 1000 };
await describeDriver('a container of large objects', {
  open: () => cloud.open({ url: 'swift://small', capabilities: { parts } }),
  second: () => cloud.open({ url: 'swift://small', capabilities: { parts } }),
  modelRuns: 5,
  close,
});

import OSS from 'ali-oss';
import { compose } from '../../../lib/vfs/driver.ts';
import { prefixed } from '../../../lib/vfs/layers/prefix.ts';
import { describeDriver } from '../../conformance/suite.ts';
import { owner, startOss } from './bucket-at.ts';

const oss = await startOss();
oss.server.createBucket('plain');
oss.server.createBucket('versioned', { versioning: 'Enabled' });

/** A plain client of the owner, which shares nothing with the driver but the library. */
const admin = new OSS({
  accessKeyId: owner.id,
  accessKeySecret: owner.secret,
  endpoint: oss.server.endpoint,
  region: 'oss-cn-hangzhou',
  bucket: 'plain',
});
const plantMarker =
  (prefix = '') =>
  async (key: string) => {
    await admin.put(prefix + key, Buffer.alloc(0));
  };
let open = 3;
const close = async () => {
  open -= 1;
  if (open === 0) {
    await oss.close();
  }
};
const noVersions = { url: 'oss://plain', capabilities: { versions: false } };

await describeDriver('a bucket of OSS', {
  open: async () => oss.open(noVersions),
  second: async () => oss.open(noVersions),
  plantMarker: plantMarker(),
  close,
});

await describeDriver('a bucket of OSS with versions', {
  open: async () => oss.open({ url: 'oss://versioned' }),
  notHonoured: { writeIfAbsent: 'x-oss-forbid-overwrite takes no effect; the driver refuses it' },
  modelRuns: 5,
  close,
});

await describeDriver('a prefix of a bucket of OSS', {
  open: async () => compose(oss.open(noVersions), prefixed('in/side')),
  plantMarker: plantMarker('in/side/'),
  modelRuns: 5,
  close,
});

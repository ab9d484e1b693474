import { systemClock } from '../../../lib/flow/clock.ts';
import { compose } from '../../../lib/vfs/driver.ts';
import { openDriver } from '../../../lib/vfs/gcs/open.ts';
import { prefixed } from '../../../lib/vfs/layers/prefix.ts';
import { describeDriver } from '../../conformance/suite.ts';
import { startLocalGcs } from './local-gcs.ts';
import { startGcsPlace } from './place.ts';

const gcs = await startLocalGcs();
const plain = gcs.server.createBucket('plain');
gcs.server.createBucket('versioned', { versions: true });
const place = await startGcsPlace();
const versions = { versions: false };
const plantMarker =
  (prefix = '') =>
  async (key: string) => {
    plain.put({ name: prefix + key, content: Buffer.alloc(0), attributes: {} });
  };
let open = 2;
const close = async () => {
  open -= 1;
  if (open === 0) {
    await gcs.close();
  }
};

await describeDriver('a bucket of Google Cloud Storage', {
  open: async () => openDriver(place.definition, { environment: place.environment, clock: systemClock }),
  second: async () => openDriver(place.definition, { environment: place.environment, clock: systemClock }),
  modelRuns: 20,
  close: () => place.close(),
});

await describeDriver('a bucket with versions', {
  open: async () => gcs.open({ url: 'gs://versioned' }),
  modelRuns: 5,
  deviations: {
    'a version can be removed for good, which uncovers the one before':
      'a key whose live generation is removed has none: no older one becomes live again',
  },
  close,
});

await describeDriver('a prefix of a bucket', {
  open: async () => compose(gcs.open({ url: 'gs://plain', capabilities: versions }), prefixed('in/side')),
  plantMarker: plantMarker('in/side/'),
  modelRuns: 5,
  close,
});

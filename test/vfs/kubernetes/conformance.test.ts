import { compose } from '../../../lib/vfs/driver.ts';
import { prefixed } from '../../../lib/vfs/layers/prefix.ts';
import { describeDriver } from '../../conformance/suite.ts';
import { markerSecret } from './marker-secret.ts';
import { startKubernetesPlace } from './place.ts';

const cluster = await startKubernetesPlace();
let open = 2;
const close = async () => {
  open -= 1;
  if (open === 0) {
    await cluster.close();
  }
};
const plantMarker =
  (prefix = '') =>
  async (key: string) => {
    cluster.server.storage.create(cluster.namespace, markerSecret(prefix + key) as never, 'kubectl');
  };

await describeDriver('a namespace of Kubernetes', {
  open: async () => cluster.open(),
  second: async () => cluster.open(),
  plantMarker: plantMarker(),
  modelRuns: 15,
  close,
});

cluster.server.chunkLimit = 7;

await describeDriver('a prefix in a namespace, listed in small pages', {
  open: async () => compose(cluster.open(), prefixed('in/side')),
  plantMarker: plantMarker('in/side/'),
  modelRuns: 5,
  close,
});

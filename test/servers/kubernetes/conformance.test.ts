import { systemClock } from '../../../lib/flow/clock.ts';
import { compose, type Driver } from '../../../lib/vfs/driver.ts';
import { openDriver } from '../../../lib/vfs/kubernetes/open.ts';
import { prefixed } from '../../../lib/vfs/layers/prefix.ts';
import { describeDriver } from '../../conformance/suite.ts';
import { markerSecret } from '../../vfs/kubernetes/marker-secret.ts';
import { kubeconfigVariable, newNamespace } from './cluster.ts';
import { knownQuirks } from './quirks.ts';

const kubeconfig = process.env[kubeconfigVariable];
if (kubeconfig === undefined) {
  throw new Error(`${kubeconfigVariable} is not set; it names the kubeconfig of a cluster to test against`);
}
const cluster = await newNamespace(kubeconfig);

for (const prefix of ['', 'in/side']) {
  const open = async (): Promise<Driver> =>
    compose(openDriver(cluster.definition, { environment: {}, clock: systemClock }), prefixed(prefix));
  const title = prefix === '' ? 'a namespace' : 'a prefix in a namespace';
  await describeDriver(`${title} of Kubernetes ${cluster.version}`, {
    open,
    second: open,
    plantMarker: async (key) => {
      const body = markerSecret(prefix === '' ? key : `${prefix}/${key}`);
      await cluster.api.createNamespacedSecret({ namespace: cluster.namespace, body });
    },
    close: async () => (prefix === '' ? undefined : cluster.clear()),
    ...knownQuirks,
    modelRuns: 10,
  });
}

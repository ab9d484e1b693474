import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../lib/flow/clock.ts';
import type { Driver } from '../../../lib/vfs/driver.ts';
import { openDriver } from '../../../lib/vfs/kubernetes/open.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { StoreDefinition } from '../../../lib/vfs/store-definition.ts';
import { KubernetesServer } from '../../loopback/kubernetes/server.ts';
import type { StorePlace } from '../../support/store-place.ts';

/** The token of somebody who may do everything. */
const token = 'token-of-the-tests-5f1c';
const namespace = 'state';

/** A cluster on loopback, with a kubeconfig, and what a test needs to look at it from outside. */
export interface LocalCluster extends StorePlace {
  readonly server: KubernetesServer;
  readonly namespace: string;
  /** Where a test may put files; gone afterwards. */
  readonly directory: string;
  /** Opens the Secrets of the namespace; the place closes them. */
  open(definition?: StoreDefinition): Driver;
  store(definition?: StoreDefinition): Store;
}

/** Starts a server and names an empty store in it. */
export async function startKubernetesPlace(): Promise<LocalCluster> {
  const server = new KubernetesServer();
  const endpoint = await server.start();
  server.storage.addNamespace(namespace);
  server.admit(token, 'admin');
  const directory = await mkdtemp(join(tmpdir(), 'statesync-kubernetes-'));
  const kubeconfig = join(directory, 'kubeconfig');
  await writeFile(kubeconfig, kubeconfigFor(endpoint, { token }));
  const environment = { KUBECONFIG: kubeconfig };
  const definition: StoreDefinition = { url: `k8s://local/${namespace}` };
  const drivers: Driver[] = [];
  const open = (of: StoreDefinition = definition) => {
    const driver = openDriver(of, { environment, clock: systemClock });
    drivers.push(driver);
    return driver;
  };
  return {
    name: 'k8s',
    definition,
    environment,
    secrets: [token],
    server,
    namespace,
    directory,
    open,
    store: (of) => new Store(open(of)),
    openConnections: () => server.openConnections,
    requests: () => server.requests.snapshot(),
    close: async () => {
      await Promise.all(drivers.map((driver) => driver.close?.()));
      await server.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** A kubeconfig of one context, `local`. JSON is YAML. */
export function kubeconfigFor(server: string, user: object, context: object = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'local',
    clusters: [{ name: 'local', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'somebody', user }],
    contexts: [{ name: 'local', context: { cluster: 'local', user: 'somebody', ...context } }],
  });
}

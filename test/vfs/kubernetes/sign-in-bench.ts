import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../../lib/flow/clock.ts';
import { textSource } from '../../../lib/vfs/body.ts';
import type { Environment } from '../../../lib/vfs/environment.ts';
import { openDriver } from '../../../lib/vfs/kubernetes/open.ts';
import { Store } from '../../../lib/vfs/store.ts';
import type { StoreDefinition } from '../../../lib/vfs/store-definition.ts';
import { startTlsFront, type TlsFront } from '../../loopback/tls/front.ts';
import { type LocalCluster, startKubernetesPlace } from './place.ts';

const namespaces = ['of-context', 'of-pod', 'of-variable', 'default'];

/** A cluster with every namespace that a test may end up in, behind TLS too, and the service account of a pod in it, without a token. */
export interface SignInBench {
  readonly cluster: LocalCluster;
  readonly endpoint: string;
  readonly tls: TlsFront;
  /** The directory of the service account. */
  readonly pod: string;
  /** The environment in the pod. */
  inPod(more?: Environment): Environment;
  /** Opens a store in the pod; the bench closes it. */
  open(definition: StoreDefinition, environment: Environment): Store;
  /** Writes a file and answers its path. */
  file(name: string, content: string): Promise<string>;
  /** In which namespace a write ends up. */
  namespaceOf(store: Store): Promise<string>;
  close(): Promise<void>;
}

/** Starts it, and lets in whoever has the token. */
export async function startSignInBench(token: string): Promise<SignInBench> {
  const cluster = await startKubernetesPlace();
  const { server } = cluster;
  server.admit(token, 'somebody');
  namespaces.forEach((namespace) => {
    server.storage.addNamespace(namespace);
  });
  const tls = await startTlsFront(server.endpoint);
  const pod = join(cluster.directory, 'serviceaccount');
  await mkdir(pod);
  await writeFile(join(pod, 'ca.crt'), tls.cert);
  await writeFile(join(pod, 'namespace'), 'of-pod\n');
  const stores: Store[] = [];
  let writes = 0;
  return {
    cluster,
    endpoint: server.endpoint,
    tls,
    pod,
    inPod: (more = {}) => ({
      KUBERNETES_SERVICE_HOST: '127.0.0.1',
      KUBERNETES_SERVICE_PORT: String(tls.port),
      ...more,
    }),
    open: (definition, environment) => {
      const store = new Store(openDriver(definition, { environment, clock: systemClock }, pod));
      stores.push(store);
      return store;
    },
    file: async (name, content) => {
      const path = join(cluster.directory, name);
      await mkdir(join(path, '..'), { recursive: true });
      await writeFile(path, content);
      return path;
    },
    namespaceOf: async (store) => {
      writes += 1;
      const key = `key-${writes}`;
      await store.write(key, textSource('x'));
      const { storage } = server;
      const holds = (namespace: string) =>
        storage
          .at(namespace, storage.revision)
          .some(({ metadata }) => metadata.annotations?.['kops-statesync.io/key'] === key);
      return [...namespaces, 'state'].filter(holds).join();
    },
    close: async () => {
      await Promise.all(stores.map((store) => store.close()));
      await tls.close();
      await cluster.close();
    },
  };
}

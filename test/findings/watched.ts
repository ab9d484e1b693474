import { FindingRecords } from '../../lib/findings/finding-records.ts';
import { type Look, type LookRequest, lookAtCluster } from '../../lib/findings/look-at-cluster.ts';
import { textSource } from '../../lib/vfs/body.ts';
import { compose } from '../../lib/vfs/driver.ts';
import { type CallReport, instrument } from '../../lib/vfs/layers/instrument.ts';
import { createMemoryDriver } from '../../lib/vfs/memory/driver.ts';
import { Store } from '../../lib/vfs/store.ts';
import { createFastClock } from '../support/clock.ts';

/** A moment at which all that lies in the store is new. */
export const start = Date.UTC(2026, 2, 1, 12);
export const cluster = 'one.example.com';

const config = `apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata:
  name: ${cluster}
spec:
  api:
    dns: {}
  authorization:
    rbac: {}
  channel: stable
  cloudProvider: aws
  configBase: memfs://state/${cluster}
  etcdClusters:
  - cpuRequest: 200m
    etcdMembers:
    - encryptedVolume: true
      instanceGroup: control-plane-a
      name: a
    name: main
  - cpuRequest: 100m
    etcdMembers:
    - encryptedVolume: true
      instanceGroup: control-plane-a
      name: a
    name: events
  iam:
    allowContainerRegistry: true
  kubernetesApiAccess:
  - 0.0.0.0/0
  kubernetesVersion: 1.32.0
  networkCIDR: 172.20.0.0/16
  networking:
    cilium: {}
  nonMasqueradeCIDR: 100.64.0.0/10
  sshAccess:
  - 0.0.0.0/0
  subnets:
  - cidr: 172.20.0.0/18
    name: eu-west-1a
    type: Public
    zone: eu-west-1a
  topology:
    dns:
      type: Public
`;

const group = (name: string, role: string) => `apiVersion: kops.k8s.io/v1alpha2
kind: InstanceGroup
metadata:
  labels:
    kops.k8s.io/cluster: ${cluster}
  name: ${name}
spec:
  image: 099720109477/ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20250115
  machineType: t3.medium
  maxSize: 1
  minSize: 1
  role: ${role}
  subnets:
  - eu-west-1a
`;

/** A cluster that was made and not applied yet, in which nothing is wrong. */
export const goodCluster: Readonly<Record<string, string>> = {
  [`${cluster}/config`]: config,
  [`${cluster}/instancegroup/control-plane-a`]: group('control-plane-a', 'Master'),
  [`${cluster}/instancegroup/nodes`]: group('nodes', 'Node'),
};

/** An edit that kOps refuses: a version that is none. */
export const badConfig = config.replace('kubernetesVersion: 1.32.0', 'kubernetesVersion: latest');
export const goodConfig = config;

/** A source and a control store in memory, and looks at the one cluster of it. */
export async function watched(objects: Readonly<Record<string, string>> = goodCluster) {
  const requests: CallReport[] = [];
  const clock = createFastClock(start);
  const driver = compose(
    createMemoryDriver({ url: 'memfs://state' }),
    instrument((call) => requests.push(call), clock),
  );
  const source = new Store(driver);
  const control = new Store(createMemoryDriver({ url: 'memfs://control' }));
  const records = new FindingRecords(control, { url: 'memfs://state' });
  const put = async (key: string, text: string) => void (await source.write(key, textSource(text)));
  for (const [key, text] of Object.entries(objects)) {
    await put(key, text);
  }
  requests.length = 0;
  const surroundings = { source, records, recipients: ['history'], waivers: [], others: async () => [], clock };
  const look = (request: Partial<LookRequest> = {}, changes: Partial<typeof surroundings> = {}): Promise<Look> =>
    lookAtCluster(
      { cluster, seen: new Set(), isDue: false, isOverdue: false, ...request },
      { ...surroundings, ...changes },
      new AbortController().signal,
    );
  /** Looks twice, as the function does: what is seen at first and still there later is quiet. */
  const judge = async (request: Partial<LookRequest> = {}, changes: Partial<typeof surroundings> = {}) => {
    const first = await look(request, changes);
    return first.kind === 'moving' ? look({ ...request, seen: new Set([first.fingerprint]) }, changes) : first;
  };
  return { source, control, records, clock, requests, surroundings, put, look, judge };
}

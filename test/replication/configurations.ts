import { systemClock } from '../../lib/flow/clock.ts';
import { gateOf } from '../../lib/gate/gate-of.ts';
import { cluster, createPair, type PairOptions, type TestPair } from './pair.ts';

export const config = `${cluster}/config`;
export const nodes = `${cluster}/instancegroup/nodes`;
export const controlPlane = `${cluster}/instancegroup/control-plane`;
export const addons = `${cluster}/clusteraddons/default`;
export const completed = `${cluster}/cluster-completed.spec`;

export interface ClusterChanges {
  /** Members of the one etcd cluster; an even number is invalid. */
  readonly members?: number;
  readonly networkCidr?: string;
  /** Further fields of the spec. */
  readonly more?: string;
}

/** A Cluster as kOps stores it, valid unless a change makes it invalid. */
export function clusterText({ members = 1, networkCidr = '172.21.0.0/16', more = '' }: ClusterChanges = {}): string {
  const member = (_: unknown, n: number) =>
    `    - { encryptedVolume: true, instanceGroup: control-plane, name: m${n} }\n`;
  return `apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata:
  name: ${cluster}
spec:
  api: { dns: {} }
  authorization: { rbac: {} }
  channel: stable
  cloudProvider: aws
  configBase: s3://state/${cluster}
  etcdClusters:
  - name: main
    etcdMembers:
${Array.from({ length: members }, member).join('')}  iam: { allowContainerRegistry: true, legacy: false }
  kubelet: { anonymousAuth: false }
  kubernetesApiAccess: [198.51.100.0/24]
  kubernetesVersion: 1.32.4
  masterPublicName: api.${cluster}
  networkCIDR: ${networkCidr}
  networking: { calico: {} }
  nonMasqueradeCIDR: 100.64.0.0/10
  sshAccess: [198.51.100.0/24]
  subnets:
  - { cidr: 172.21.32.0/19, name: eu-west-1a, type: Public, zone: eu-west-1a }
  topology: { dns: { type: Public } }
${more}`;
}

export interface GroupChanges {
  readonly role?: 'Master' | 'Node';
  readonly subnet?: string;
  readonly maxSize?: number;
  readonly more?: string;
}

/** An InstanceGroup as kOps stores it, valid unless a change makes it invalid. */
export function groupText(
  name: string,
  { role = 'Node', subnet = 'eu-west-1a', maxSize = role === 'Node' ? 3 : 1, more = '' }: GroupChanges = {},
): string {
  return `apiVersion: kops.k8s.io/v1alpha2
kind: InstanceGroup
metadata:
  labels: { kops.k8s.io/cluster: ${cluster} }
  name: ${name}
spec:
  image: ubuntu-24.04
  machineType: t3.large
  maxSize: ${maxSize}
  minSize: 1
  role: ${role}
  subnets: [${subnet}]
${more}`;
}

/** A valid configuration. */
export const validSet: Readonly<Record<string, string>> = {
  [addons]: '',
  [config]: clusterText(),
  [controlPlane]: groupText('control-plane', { role: 'Master' }),
  [nodes]: groupText('nodes'),
};

/** A pair with a gate that enforces, unless the options say otherwise. */
export function createGatedPair(mode: 'enforce' | 'warn' | 'off' = 'enforce', options: PairOptions = {}): TestPair {
  const gate = gateOf(mode, { clock: systemClock });
  return createPair({ ...(gate && { gate }), ...options });
}

/** Puts files at the source. */
export async function fill(pair: TestPair, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [key, text] of Object.entries(files)) {
    await pair.put(key, text);
  }
}

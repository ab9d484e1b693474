import { type ClusterObject, readCluster, type SampleCluster, type SampleInputs } from './sample-store/cluster.ts';
import { discoveryObjects } from './sample-store/discovery.ts';
import { etcdObjects, restoreCommand } from './sample-store/etcd.ts';
import { addonObjects, completedSpecObjects, manifestObjects } from './sample-store/generated.ts';
import { type Keyset, keysetYaml, makeKeyset, type Rotation } from './sample-store/keysets.ts';
import { nodeConfigObjects } from './sample-store/node-config.ts';
import { makeSecrets, makeSshPublicKey, secretJson } from './sample-store/secrets.ts';

/** An object of the sample store. */
export interface SampleObject {
  readonly key: string;
  readonly body: Uint8Array;
}

export interface SampleStoreOptions {
  /** URL of the state store that the objects will lie in: the clusters' own references name it. */
  readonly stateStore: string;
  /** The moment at which the store is written. Backups and certificates are dated by it. */
  readonly now: Date;
  /**
   * Size of the private keys. A test may take smaller ones: making keys is what takes the time here.
   * @default 2048, as in kOps
   */
  readonly rsaBits?: number;
}

/** The clusters of the sample store: one with all that kOps can write, and a plain one with a restore under way. */
export const sampleClusters = ['prod.k8s.example.com', 'staging.k8s.example.com'] as const;

const rotations: Readonly<Record<string, Readonly<Record<string, Rotation>>>> = {
  'prod.k8s.example.com': { 'kubernetes-ca': 'next', 'service-account': 'former' },
};

/**
 * Makes a state store of two clusters as kOps 1.32 lays it out, with an object of every class in it.
 *
 * All private keys and secrets are made anew each time; everything else follows from the options. Objects come in an order in which a reader
 * never sees a part without what it rests on: data of a backup before its meta, instance groups before `config`.
 */
export async function* sampleStore(options: SampleStoreOptions): AsyncGenerator<SampleObject, void, undefined> {
  const inputs = { rsaBits: 2048, ...options, stateStore: options.stateStore.replace(/\/+$/, '') };
  yield { key: 'README.txt', body: Buffer.from('State of the kOps clusters. Look, do not touch.\n') };
  for (const name of sampleClusters) {
    const cluster = await readCluster(name, inputs);
    for (const [path, body] of await clusterObjects(cluster, inputs)) {
      yield { key: `${name}/${path}`, body: typeof body === 'string' ? Buffer.from(body) : body };
    }
  }
}

/** Writes the sample store through `put`, one object after another. Resolves to the number of objects. */
export async function writeSampleStore(
  put: (key: string, body: Uint8Array) => Promise<void>,
  options: SampleStoreOptions,
): Promise<number> {
  let count = 0;
  for await (const { key, body } of sampleStore(options)) {
    await put(key, body);
    count += 1;
  }
  return count;
}

async function clusterObjects(cluster: SampleCluster, inputs: SampleInputs): Promise<readonly ClusterObject[]> {
  const { spec, instanceGroups } = cluster;
  const keysets = await makeKeysets(cluster, inputs);
  const secrets = makeSecrets(spec.encryptionConfig === true);
  const sshKey = makeSshPublicKey(`admin@${cluster.name}`);
  const serviceAccount = keysets.get('service-account');
  const [main] = spec.etcdClusters;
  const underRestore = cluster.name === 'staging.k8s.example.com' && main !== undefined;
  return [
    ...[...keysets.values()].map(
      (keyset): ClusterObject => [`pki/private/${keyset.name}/keyset.yaml`, keysetYaml(keyset)],
    ),
    [`pki/ssh/public/admin/${sshKey.fingerprint}`, sshKey.line],
    ...[...secrets].map(([name, data]): ClusterObject => [`secrets/${name}`, secretJson(data)]),
    ...(await addonObjects(cluster)),
    ...(await manifestObjects(cluster)),
    ...nodeConfigObjects(cluster, { keysets, secrets }),
    ...(serviceAccount === undefined ? [] : discoveryObjects(cluster, serviceAccount)),
    ...completedSpecObjects(cluster),
    ...(await etcdObjects(cluster, inputs.now)),
    ...(underRestore ? [restoreCommand(main, inputs.now)] : []),
    ...instanceGroups.map(({ name, text }): ClusterObject => [`instancegroup/${name}`, text]),
    ['clusteraddons/default', cluster.clusterAddons],
    ['config', cluster.config],
  ];
}

async function makeKeysets(
  { name: cluster, spec }: SampleCluster,
  { now, rsaBits }: SampleInputs,
): Promise<ReadonlyMap<string, Keyset>> {
  const etcd = spec.etcdClusters.flatMap(({ name }) => [`etcd-manager-ca-${name}`, `etcd-peers-ca-${name}`]);
  const names = ['apiserver-aggregator-ca', 'etcd-clients-ca', ...etcd, 'kubernetes-ca', 'service-account'];
  const keysets = await Promise.all(
    names.map((name) => makeKeyset(name, { rotation: rotations[cluster]?.[name] ?? 'none', now, rsaBits })),
  );
  return new Map(keysets.map((keyset) => [keyset.name, keyset]));
}

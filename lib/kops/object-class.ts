/** What a key is to kOps, in the order in which a person would look through a state store. */
export const objectClasses = [
  'config',
  'instance-group',
  'cluster-addons',
  'completed-spec',
  'node-config',
  'addon',
  'manifest',
  'keyset',
  'ssh-key',
  'secret',
  'etcd-backup',
  'etcd-control',
  'etcd-command',
  'discovery',
  'unknown',
] as const;

/**
 * What a key is to kOps.
 *
 * - `config`: the Cluster, as its user wrote it
 * - `instance-group`, `cluster-addons`: the other two things that users write
 * - `completed-spec`: what `kops update` notes about its last run: the Cluster with every default filled in (`cluster-completed.spec`;
 *   `cluster.spec` up to kOps 1.21) and the version that did it (`kops-version.txt`)
 * - `node-config`: nodeup's configuration of one instance group
 * - `addon`, `manifest`: what is applied to the cluster, and the static Pods of its control plane
 * - `keyset`: certificates and private keys
 * - `ssh-key`: public SSH keys
 * - `secret`: tokens, registry credentials, the encryption configuration
 * - `etcd-backup`, `etcd-control`, `etcd-command`: what etcd-manager keeps
 * - `discovery`: the documents by which others trust the cluster's service accounts
 * - `unknown`: a key that is none of kOps's own
 */
export type ObjectClass = (typeof objectClasses)[number];

/** Whether a delete at the source is carried out at the destination, or the replica keeps the object. */
export type DeletePolicy = 'retain' | 'follow';

/** Whether a text names an object class. */
export function isObjectClass(text: string): text is ObjectClass {
  return (objectClasses as readonly string[]).includes(text);
}

/**
 * Classes that hold private keys, secrets, or credentials.
 *
 * Addons and manifests are among them: kOps writes cloud credentials from its own environment into both. An etcd backup holds every
 * Secret of the cluster.
 */
export const sensitiveClasses: ReadonlySet<ObjectClass> = new Set([
  'keyset',
  'secret',
  'addon',
  'manifest',
  'etcd-backup',
]);

/**
 * Classes that no route carries, whatever it says.
 *
 * An etcd-manager command that reaches another store is carried out there: it would replay a restore.
 */
export const neverCarriedClasses: ReadonlySet<ObjectClass> = new Set(['etcd-command']);

/** What happens to a replica when its source is deleted, unless the route says otherwise. */
export const defaultDeletePolicy: Readonly<Record<ObjectClass, DeletePolicy>> = {
  config: 'retain',
  'instance-group': 'follow',
  'cluster-addons': 'follow',
  'completed-spec': 'follow',
  'node-config': 'follow',
  addon: 'follow',
  manifest: 'follow',
  keyset: 'retain',
  'ssh-key': 'retain',
  secret: 'retain',
  'etcd-backup': 'follow',
  'etcd-control': 'retain',
  'etcd-command': 'follow',
  discovery: 'follow',
  unknown: 'follow',
};

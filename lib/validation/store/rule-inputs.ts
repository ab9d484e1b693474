import type { StoredFile } from '../rule.ts';
import { channelKey, manifestsOf } from './addon-manifests.ts';

/** The most bytes of a file that a rule reads: an add-on's manifest may have more than a megabyte. */
const maxTextBytes = 2 * 1024 ** 2;

/** Names the kOps that applied the cluster last. */
export const versionKey = 'kops-version.txt';

/** The objects that a user adds to the cluster beside kOps's own add-ons. kOps reads no other file of the directory (`vfsAddonsClient.List`). */
export const additionalObjectsKey = 'clusteraddons/default';

/** What rules read, wherever the spec puts it below the prefix. Never the data of a backup. */
const patterns: readonly RegExp[] = [
  /(?:^|\/)control\/etcd-cluster-(?:created|spec)$/,
  /(?:^|\/)private\/[^/]+\/keyset\.yaml$/,
  /(?:^|\/)ssh\/public\/admin\/[^/]+$/,
  /(?:^|\/)encryptionconfig$/,
  /^secrets\/.*[^/]$/,
  /^igconfig\/[^/]+\/[^/]+\/(?:nodeupconfig\.yaml|nodeupscript\.sh)$/,
  /(?:^|\/)\.well-known\/openid-configuration$/,
  /(?:^|\/)openid\/v1\/jwks$/,
];
const ownKeys: readonly string[] = [channelKey, versionKey, additionalObjectsKey];

/** The files that rules read, of those that a cluster has. */
export function keysOfTexts(files: ReadonlyMap<string, StoredFile>): readonly string[] {
  return [...files].flatMap(([key, { size }]) =>
    size <= maxTextBytes && (ownKeys.includes(key) || patterns.some((pattern) => pattern.test(key))) ? key : [],
  );
}

/** The manifests that rules read, once the channel that names them is there. */
export function keysOfManifests(
  files: ReadonlyMap<string, StoredFile>,
  texts: ReadonlyMap<string, string>,
): readonly string[] {
  const isReadable = (key: string): boolean => (files.get(key)?.size ?? Number.POSITIVE_INFINITY) <= maxTextBytes;
  return texts.has(channelKey) ? manifestsOf(texts).flatMap(({ key }) => (isReadable(key) ? key : [])) : [];
}

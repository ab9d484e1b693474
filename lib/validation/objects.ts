import { type ApiVersion, type Kind, KopsObject } from './kops-object.ts';
import type { ManifestDocument } from './manifest/document.ts';

/** How kOps and its forebears have named the versions of their API. */
const apiVersions: Readonly<Record<string, ApiVersion>> = {
  'kops.k8s.io/v1alpha2': 'v1alpha2',
  'kops/v1alpha2': 'v1alpha2', // kOps rewrites it while it reads (pkg/apis/kops/v1alpha2/register.go).
  'kops.k8s.io/v1alpha3': 'v1alpha3',
};

const kinds: readonly string[] = ['Cluster', 'InstanceGroup', 'Keyset', 'SSHCredential'];

/** The object of kOps's API in a document; undefined for any other document. */
export function kopsObjectOf(document: ManifestDocument): KopsObject | undefined {
  const { apiVersion, kind } = (document.value ?? {}) as { readonly apiVersion?: unknown; readonly kind?: unknown };
  const version =
    typeof apiVersion === 'string' && Object.hasOwn(apiVersions, apiVersion) ? apiVersions[apiVersion] : undefined;
  if (version === undefined || typeof kind !== 'string' || !kinds.includes(kind)) {
    return undefined;
  }
  return new KopsObject(kind as Kind, version, document);
}

/** A cluster with the instance groups that say they belong to it, and what belongs to no cluster of the same input. */
export interface GroupedObjects {
  readonly clusters: readonly { readonly cluster: KopsObject; readonly instanceGroups: readonly KopsObject[] }[];
  readonly others: readonly KopsObject[];
}

/**
 * Puts objects of one manifest together by the label `kops.k8s.io/cluster`. A manifest with one cluster takes the
 * instance groups without the label too, as `kops create -f` does with `--name`.
 */
export function groupObjects(objects: readonly KopsObject[]): GroupedObjects {
  const clusters = objects.filter(({ kind }) => kind === 'Cluster');
  const instanceGroups = objects.filter(({ kind }) => kind === 'InstanceGroup');
  const ownerOf = (group: KopsObject): KopsObject | undefined => {
    const label = group.root.at('metadata', 'labels', { key: 'kops.k8s.io/cluster' }).text;
    return label === undefined && clusters.length === 1 ? clusters[0] : clusters.find(({ name }) => name === label);
  };
  return {
    clusters: clusters.map((cluster) => ({
      cluster,
      instanceGroups: instanceGroups.filter((group) => ownerOf(group) === cluster),
    })),
    others: objects.filter((object) => object.kind !== 'Cluster' && ownerOf(object) === undefined),
  };
}

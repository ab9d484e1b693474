import { type ApiVersion, type Kind, KopsObject } from './kops-object.ts';
import type { ManifestDocument } from './manifest/document.ts';
import type { Node } from './node.ts';

/** How kOps and its forebears have named the versions of their API. */
const apiVersions: Readonly<Record<string, ApiVersion>> = {
  'kops.k8s.io/v1alpha2': 'v1alpha2',
  'kops/v1alpha2': 'v1alpha2', // kOps rewrites it while it reads (pkg/apis/kops/v1alpha2/register.go).
  'kops.k8s.io/v1alpha3': 'v1alpha3',
};

const kinds: readonly string[] = ['Cluster', 'InstanceGroup', 'Keyset', 'SSHCredential'];

/** The objects that a document holds: itself, or those of a list, as `kops get -o json` and `kubectl get` write several. */
export function itemsOf(document: ManifestDocument): readonly ManifestDocument[] {
  const { value, within } = document;
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => ({ ...document, value: item, within: [...within, index] }));
  }
  const { kind, items } = (value ?? {}) as { readonly kind?: unknown; readonly items?: unknown };
  return typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items)
    ? itemsOf({ ...document, value: items, within: [...within, 'items'] })
    : [document];
}

/**
 * The object of kOps's API in a document; undefined for any other document. A channel of add-ons has no `apiVersion`: with one, kOps takes
 * it for a manifest (`ParseAddons`, channels/pkg/channels/addons.go).
 */
export function kopsObjectOf(document: ManifestDocument): KopsObject | undefined {
  const { apiVersion, kind } = (document.value ?? {}) as { readonly apiVersion?: unknown; readonly kind?: unknown };
  if (kind === 'Addons') {
    return apiVersion === undefined ? new KopsObject(kind, 'v1alpha2', document) : undefined;
  }
  const version =
    typeof apiVersion === 'string' && Object.hasOwn(apiVersions, apiVersion) ? apiVersions[apiVersion] : undefined;
  if (version === undefined || typeof kind !== 'string' || !kinds.includes(kind)) {
    return undefined;
  }
  return new KopsObject(kind as Kind, version, document);
}

/** The label that names the cluster of an object. */
export function clusterLabelOf({ root }: KopsObject): Node {
  return root.at('metadata', 'labels', { key: 'kops.k8s.io/cluster' });
}

/** A cluster with the instance groups that say they belong to it, and what belongs to no cluster of the same input. */
export interface GroupedObjects {
  readonly clusters: readonly { readonly cluster: KopsObject; readonly instanceGroups: readonly KopsObject[] }[];
  readonly others: readonly KopsObject[];
}

/**
 * Puts objects of one manifest together by the label `kops.k8s.io/cluster`. A manifest with one cluster takes the
 * instance groups without the label too, so that all of them are judged.
 *
 * In a store the directory decides, and kOps sets the label by it (`InstanceGroupVFS.addLabels`): where the file `config` of the cluster is
 * given, all instance groups belong to that.
 */
export function groupObjects(objects: readonly KopsObject[], config?: string): GroupedObjects {
  const clusters = objects.filter(({ kind }) => kind === 'Cluster');
  const instanceGroups = objects.filter(({ kind }) => kind === 'InstanceGroup');
  const ownerOf = (group: KopsObject): KopsObject | undefined => {
    if (config !== undefined) {
      return clusters.find(({ document }) => document.file === config);
    }
    const label = clusterLabelOf(group).text;
    return label === undefined && clusters.length === 1 ? clusters[0] : clusters.find(({ name }) => name === label);
  };
  return {
    clusters: clusters.map((cluster) => ({
      cluster,
      instanceGroups: instanceGroups.filter((group) => ownerOf(group) === cluster),
    })),
    others: objects.filter(
      (object) => object.kind !== 'Cluster' && (object.kind !== 'InstanceGroup' || ownerOf(object) === undefined),
    ),
  };
}

import { clusterReferences, type Reference } from './cluster-references.ts';

/** Whether a cluster could be brought back from what is replicated of it. */
export type Restorability =
  | { readonly kind: 'restorable' }
  /** Part of its state lies where no route looks. One sentence for each such place. */
  | { readonly kind: 'not-restorable'; readonly reasons: readonly string[] }
  /** Its `config` cannot be read, so nobody knows. */
  | { readonly kind: 'unreadable'; readonly problem: string };

export interface RestorabilityInputs {
  readonly cluster: string;
  /** The text of the cluster's `config`. */
  readonly configText: string;
  /** URL of the state store in which that `config` lies. */
  readonly stateStore: string;
  /** URLs of all that the routes carry: whole stores, or prefixes of them. */
  readonly covered: readonly string[];
}

/**
 * Says whether all the state that a cluster names is carried by some route: its configBase (kOps takes one that is missing to be the state store
 * and the cluster's name), and its keys, secrets and etcd backups where they have places of their own.
 */
export function restorability({ cluster, configText, stateStore, covered }: RestorabilityInputs): Restorability {
  const result = clusterReferences(configText);
  if (result.kind === 'unreadable') {
    return result;
  }
  const home: Reference = { field: 'spec.configBase', url: `${withoutSlash(stateStore)}/${cluster}` };
  const outside = [result.configBase ?? home, ...result.others].filter(({ url }) => !isCovered(url, covered));
  return outside.length === 0
    ? { kind: 'restorable' }
    : { kind: 'not-restorable', reasons: outside.map(({ field, url }) => `${field} is ${url}, which no route covers`) };
}

function isCovered(url: string, covered: readonly string[]): boolean {
  return covered.map(withoutSlash).some((prefix) => url === prefix || url.startsWith(`${prefix}/`));
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

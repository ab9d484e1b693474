import { delimiter, join } from 'node:path';
import { readIfThere, type Surroundings } from './setting.ts';
import { isMapping, readYamlDocuments } from './yaml-documents.ts';

/** The cluster of kubectl's current context and the file that names the context; or, in kOps's words, why there is none. */
export type CurrentCluster =
  | { readonly kind: 'cluster'; readonly name: string; readonly path: string }
  | { readonly kind: 'none'; readonly warning: string };

/**
 * Finds the cluster of kubectl's current context, in the files of `KUBECONFIG` or else in `~/.kube/config`. Never rejects.
 *
 * Of several files, the first that names a current context, and the first that has that context, count.
 */
export async function currentCluster({ env: { KUBECONFIG }, home, readFile }: Surroundings): Promise<CurrentCluster> {
  const paths = KUBECONFIG
    ? KUBECONFIG.split(delimiter).filter((path) => path !== '')
    : [join(home, '.kube', 'config')];
  const files = await Promise.all(paths.map((path) => readKubeconfig(path, readFile)));
  const broken = files.find(({ failure }) => failure !== undefined);
  if (broken !== undefined) {
    return { kind: 'none', warning: `error reading kubecfg: ${broken.path}: ${broken.failure}` };
  }
  const file = files.find(({ current }) => current !== '');
  if (file === undefined) {
    return { kind: 'none', warning: 'no context set in kubecfg' };
  }
  const name = files.map(({ clusters }) => clusters.get(file.current)).find((cluster) => cluster !== undefined);
  if (!name) {
    const what = name === undefined ? 'not found' : 'did not have a cluster';
    return { kind: 'none', warning: `context "${file.current}" in kubecfg ${what}` };
  }
  return { kind: 'cluster', name, path: file.path };
}

interface Kubeconfig {
  readonly path: string;
  /** Empty where the file names no current context. */
  readonly current: string;
  /** Names of clusters by names of contexts. */
  readonly clusters: ReadonlyMap<string, string>;
  readonly failure?: string;
}

async function readKubeconfig(path: string, readFile: Surroundings['readFile']): Promise<Kubeconfig> {
  const empty: Kubeconfig = { path, current: '', clusters: new Map() };
  const found = await readIfThere(path, readFile);
  if (found === undefined) {
    return empty;
  }
  if ('failure' in found) {
    return { ...empty, failure: found.failure };
  }
  const result = readYamlDocuments(found.text);
  if (result.kind === 'broken') {
    return { ...empty, failure: result.problem };
  }
  const [document] = result.documents;
  const { 'current-context': current, contexts } = isMapping(document) ? document : {};
  return {
    path,
    current: typeof current === 'string' ? current : '',
    clusters: new Map((Array.isArray(contexts) ? contexts : []).filter(isMapping).map(contextEntry)),
  };
}

function contextEntry({ name, context }: Readonly<Record<string, unknown>>): readonly [string, string] {
  const { cluster } = isMapping(context) ? context : {};
  return [String(name), typeof cluster === 'string' ? cluster : ''];
}

import type { ResolvedRoute } from '../../lib/config/resolved.ts';
import { carriesCluster } from '../../lib/config/routes.ts';
import { discoverClusters } from '../../lib/kops/clusters.ts';
import { classify, isOwnKey } from '../../lib/kops/layout.ts';
import type { Store } from '../../lib/vfs/store.ts';
import type { ListPage } from '../../lib/vfs/types.ts';

type Source = Pick<Store, 'listPage'>;

/** More parts of one directory than this, clusters not counted, are reconciled as one: by the directory itself. */
const mostParts = 100;

/**
 * The prefixes whose reconciles together look at everything that a route may carry of its source: one for each cluster, one for each directory
 * and each object beside clusters, at any depth; and the whole store, `''`, where it has no cluster at all.
 *
 * A source that holds nothing has none: a bucket that was emptied is no reason to touch its replicas. Lists directories only. Rejects with
 * `VfsError` when any listing fails.
 */
export async function prefixesToReconcile(
  source: Source,
  route: ResolvedRoute,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const clusters: string[] = [];
  for await (const { prefix } of discoverClusters(source, { signal })) {
    clusters.push(prefix);
  }
  const isCarried = (prefix: string) => carriesCluster(route, prefix.slice(0, -1));
  const isObjectCarried = (key: string) => carriesCluster(route, classify(key).cluster);
  const clustersIn = (directory: string) => clusters.filter((prefix) => prefix.startsWith(directory));

  const cover = async (directory: string): Promise<readonly string[]> => {
    const { objects, directories } = await list(source, directory, signal);
    const above = directories.filter((child) => clustersIn(child).length > 0);
    const beside = [...objects.filter(isObjectCarried), ...directories.filter((child) => !above.includes(child))];
    const isBare = above.length === 0 && objects.length + directories.length > 0; // Only the root: others are not looked into.
    const parts = isBare || beside.length > mostParts ? [directory] : beside;
    return [...parts, ...(await inTurn(above, coverAbove))];
  };
  /** A cluster is one part with all that lies in it, other clusters included; where the route does not carry it, only those that it carries are. */
  const coverAbove = async (directory: string): Promise<readonly string[]> => {
    if (!clusters.includes(directory)) {
      return cover(directory);
    }
    return isCarried(directory) ? [directory] : clustersIn(directory).filter(isCarried);
  };
  return cover('');
}

/** What lies directly in a directory, without what is the project's own. */
async function list(source: Source, directory: string, signal: AbortSignal) {
  const objects: string[] = [];
  const directories: string[] = [];
  let pageToken: string | undefined;
  do {
    const page: ListPage = await source.listPage(directory, {
      delimiter: '/',
      signal,
      ...(pageToken !== undefined && { pageToken }),
    });
    objects.push(...page.entries.map(({ key }) => key));
    directories.push(...page.prefixes.filter((prefix) => !isOwnKey(prefix)));
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return { objects, directories };
}

async function inTurn(
  items: readonly string[],
  work: (item: string) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const results: string[] = [];
  for (const item of items) {
    results.push(...(await work(item)));
  }
  return results;
}

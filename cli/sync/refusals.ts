import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Location } from '../../lib/config/location.ts';
import { type Place, placeOf, relation } from '../../lib/config/place.ts';
import { classify } from '../../lib/kops/layout.ts';
import { formatStoreUrl, parseStoreUrl } from '../../lib/vfs/store-url.ts';
import type { CommandContext } from '../context.ts';
import { usageError } from '../exit-codes.ts';
import type { LocatedPair } from '../locate-pair.ts';
import { pathAbove } from '../open-location.ts';
import { type Leg, type PolicyOptions, sensitiveOf } from './policy.ts';

/** Throws a usage error for a copy that must not be made: onto or into its own source, of a part of a cluster, or of secrets by oversight. */
export async function refuseUnsafe(
  context: CommandContext,
  { from, to }: LocatedPair,
  legs: readonly Leg[],
  options: PolicyOptions,
): Promise<void> {
  const [source, destination] = [await realPlace(context, from), await realPlace(context, to)];
  refuseOverlap(source, destination);
  if (legs.length === 0) {
    refuseUndecidedSecrets(source, destination, options);
  }
  await refusePartOfCluster(context, from, 'FROM');
  await refusePartOfCluster(context, to, 'TO');
}

function refuseOverlap(source: Place, destination: Place): void {
  const words = {
    same: 'TO is the same place as FROM',
    inside: 'TO lies inside FROM, so that its copies would be copied again',
    around: 'TO has FROM inside it',
    apart: undefined,
  };
  const problem = words[relation(destination, source)];
  if (problem !== undefined) {
    throw usageError(`${problem}; name another bucket, prefix or directory`);
  }
}

/** Keys and secrets leave their provider, or the encryption at rest, only where somebody said so (docs/promises.md, 11). */
function refuseUndecidedSecrets(source: Place, destination: Place, options: PolicyOptions): void {
  const sensitive = sensitiveOf(options);
  if (options.sensitive !== undefined || sensitive.length === 0) {
    return;
  }
  const risk = riskOf(source, destination);
  if (risk !== undefined) {
    throw usageError(
      [
        `TO ${risk}, and objects of the classes ${sensitive.join(', ')} hold keys and secrets. Say what is meant:`,
        '  --sensitive include  copies them too; whoever can read TO can then take over the clusters',
        '  --sensitive exclude  leaves them out; TO is then incomplete, and no cluster can be restored from it alone',
      ].join('\n'),
    );
  }
}

function riskOf(source: Place, destination: Place): string | undefined {
  if (source.provider !== destination.provider) {
    return `is with another provider (${destination.provider}, not ${source.provider})`;
  }
  return destination.encryptsAtRest ? undefined : `is not known to encrypt at rest (${destination.provider})`;
}

/**
 * Below a cluster's own directories a key no longer says what it is: secrets would go unnoticed, and a command to etcd-manager be copied.
 *
 * A path that only looks so (`/home/me/secrets/copy`) is told by the `config` that a cluster has.
 */
async function refusePartOfCluster(context: CommandContext, location: Location, label: string): Promise<void> {
  const { definition, name } = location;
  const above = pathAbove(definition.url);
  const { class: objectClass, cluster } = classify(`${above}config`);
  if (name !== undefined || above === '' || objectClass === 'config') {
    return;
  }
  const place = parseStoreUrl(definition.url);
  const path = cluster ?? '';
  if (path === '' && place.scheme === 'vault') {
    return; // A Vault opens no whole mount, and no cluster lies at its root.
  }
  const url = formatStoreUrl(place.scheme === 'file' ? { ...place, root: `/${path}` } : { ...place, prefix: path });
  const around = await context.open({ ...definition, url }, { readOnly: true });
  if ((await around.find('config', { signal: context.io.signal })) !== undefined) {
    throw usageError(
      `${label} lies inside the cluster at ${url}, where a key alone does not say what it is; name the cluster or its state store, and choose with --class`,
    );
  }
}

/** Where a store is, symbolic links of a directory resolved as far as it exists. */
async function realPlace({ io: { env } }: CommandContext, { definition }: Location): Promise<Place> {
  const { scheme, root } = parseStoreUrl(definition.url);
  return placeOf(scheme === 'file' ? { url: `file://${await realDirectory(root)}` } : definition, env);
}

async function realDirectory(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : `${await realDirectory(parent)}/${path.slice(parent.length).replace(/^\//, '')}`;
  }
}

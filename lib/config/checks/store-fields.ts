import { s3Flavours } from '../../vfs/schemes.ts';
import type { Draft } from '../draft.ts';
import type { Finding } from '../finding.ts';

const ofFlavours = ['region', 'endpoint', 'pathStyle', 'credentials'];

/** The fields that mean something for a scheme, besides `url` and `capabilities`, which do for all. */
const fieldsOfScheme: Readonly<Record<string, readonly string[]>> = {
  s3: [...ofFlavours, 'account'],
  ...Object.fromEntries(s3Flavours.map((scheme) => [scheme, ofFlavours])),
  gs: ['endpoint', 'credentials'],
  swift: ['region', 'endpoint', 'caCert', 'credentials'],
  oss: ['region', 'endpoint', 'credentials'],
  vault: ['region', 'namespace', 'caCert', 'credentials'],
  k8s: ['credentials'],
  azureblob: ['endpoint', 'pathStyle', 'caCert', 'credentials'],
};

const ofAll = ['url', 'capabilities'];

/** Fields that mean nothing for the kind of store that they stand at. */
export function checkStoreFields({ stores }: Draft): readonly Finding[] {
  return [...stores.values()].flatMap(({ path, scheme, fields }) => {
    const meant = [...ofAll, ...(fieldsOfScheme[scheme] ?? [])];
    return [...fields]
      .filter((name) => !meant.includes(name))
      .map((name) => ({
        path: [...path, name],
        message: `${JSON.stringify(name)} has no meaning for ${scheme}:// stores; remove it`,
        part: 'key' as const,
      }));
  });
}

/** Regions in capital letters, which only OpenStack has. */
export function checkRegions({ stores }: Draft): readonly Finding[] {
  return [...stores.values()]
    .filter(
      ({ scheme, definition: { region } }) =>
        scheme !== 'swift' && region !== undefined && !/^[a-z0-9-]+$/.test(region),
    )
    .map(({ path }) => ({ path: [...path, 'region'], message: '"region" is no region; write it like eu-west-1' }));
}

/** Endpoints with a path, which only an account of Swift and one of Azure's emulator have. */
export function checkEndpointPaths({ stores }: Draft): readonly Finding[] {
  const withPath = ['swift', 'azureblob'];
  return [...stores.values()]
    .filter(({ scheme, definition: { endpoint } }) => !withPath.includes(scheme) && hasPath(endpoint))
    .map(({ path }) => ({
      path: [...path, 'endpoint'],
      message: '"endpoint" has more than a host and a port; write it like https://s3.example.com',
    }));
}

function hasPath(endpoint: string | undefined): boolean {
  return endpoint !== undefined && new URL(endpoint).pathname !== '/';
}

/** A context beside the service account of a pod, which knows none. */
export function checkContexts({ stores }: Draft): readonly Finding[] {
  return [...stores.values()]
    .filter(
      ({ definition: { url, credentials } }) =>
        credentials && 'inCluster' in credentials && !/^k8s:\/\/(?:\/|$)/.test(url),
    )
    .map(({ path }) => ({
      path: [...path, 'url'],
      message:
        '"url" names a context, and the service account of a pod knows none; write it like k8s:///namespace/prefix',
    }));
}

import { s3Schemes } from '../vfs/schemes.ts';
import type { StoreDefinition } from '../vfs/store-definition.ts';
import { parseStoreUrl, type StoreUrl } from '../vfs/store-url.ts';
import type { Environment } from './env.ts';
import { kubernetesMarks, swiftMarks } from './place-marks.ts';

/** Where a store really is: two stores with one place hold the same objects, whatever their names. */
export interface Place {
  /** Who keeps the bytes, in words: `AWS`, `s3.example.com`, `Vault at vault.example.com`, `a local directory`, `memory`. */
  readonly provider: string;
  /** The bucket, the account and the container, the namespace and the mount; empty for directories, whose whole path is in `path`. */
  readonly root: string;
  readonly path: readonly string[];
  /**
   * What else tells the place from others, by name, as far as it is known: two places differ where both have a mark and
   * its values differ. `{ region: 'RegionOne', project: 'Default/kops' }`, `{ context: 'prod' }`.
   */
  readonly marks: Readonly<Record<string, string>>;
  /**
   * Whether the provider is known to encrypt what it stores. AWS, Google Cloud and Azure do so for every bucket, and Vault behind
   * its barrier; OSS only where it is asked to; of Swift, of Kubernetes, of compatible stores and of directories it is not
   * known; memory keeps nothing at rest.
   */
  readonly encryptsAtRest: boolean;
}

/** What of a definition decides where its store is. */
export type PlacedDefinition = Pick<StoreDefinition, 'url' | 'endpoint' | 'region' | 'namespace' | 'credentials'>;

type Whereabouts = Pick<Place, 'provider' | 'root' | 'encryptsAtRest'> & { readonly marks?: Place['marks'] };

/** Resolves endpoint, root and prefix. What a store does not say itself is taken from the environment, as when it is opened. */
export function placeOf(definition: PlacedDefinition, environment: Environment): Place {
  const url = parseStoreUrl(definition.url);
  const path = segments(url.scheme === 'file' ? url.root : url.prefix);
  const { marks = {}, ...where } = whereabouts(url, definition, environment);
  return { ...where, path, marks };
}

/** How one place lies to another: `inside` when the first is a part of the second. */
export function relation(a: Place, b: Place): 'same' | 'inside' | 'around' | 'apart' {
  const shared = Math.min(a.path.length, b.path.length);
  const differs = a.path.slice(0, shared).some((segment, index) => segment !== b.path[index]);
  const marked = Object.entries(a.marks).some(([name, mark]) => (b.marks[name] ?? mark) !== mark);
  if (a.provider !== b.provider || a.root !== b.root || marked || differs) {
    return 'apart';
  }
  if (a.path.length === b.path.length) {
    return 'same';
  }
  return a.path.length > b.path.length ? 'inside' : 'around';
}

function whereabouts(
  { scheme, root, query }: StoreUrl,
  definition: PlacedDefinition,
  environment: Environment,
): Whereabouts {
  const { endpoint } = definition;
  switch (scheme) {
    case 'file':
      return { provider: 'a local directory', root: '', encryptsAtRest: false };
    case 'memfs':
      return { provider: 'memory', root, encryptsAtRest: true };
    case 'gs':
      return vendorOrHost(
        'Google Cloud',
        /(^|\.)googleapis\.com$/,
        root,
        endpoint ?? environment.STORAGE_EMULATOR_HOST,
      );
    case 'azureblob':
      return vendorOrHost('Azure', /(^|\.)blob\.core\.windows\.net$/, root, endpoint);
    case 'oss':
      return { ...vendorOrHost('Alibaba Cloud', /(^|\.)aliyuncs\.com$/, root, endpoint), encryptsAtRest: false };
    case 'swift':
      return { provider: 'OpenStack Swift', root, marks: swiftMarks(definition, environment), encryptsAtRest: false };
    case 'k8s':
      return {
        provider: 'Kubernetes',
        root: '',
        marks: kubernetesMarks(root, definition, environment),
        encryptsAtRest: false,
      };
    case 'vault':
      return vaultWhereabouts(root, query, definition.namespace ?? environment.VAULT_NAMESPACE);
    default:
      return s3Whereabouts(scheme, root, endpoint ?? environment.S3_ENDPOINT ?? movedAmazon(scheme, environment));
  }
}

/** Where the tools of AWS are told to find its S3; what answers there need not be Amazon's. */
function movedAmazon(scheme: string, environment: Environment): string | undefined {
  return scheme === 's3' ? (environment.AWS_ENDPOINT_URL_S3 ?? environment.AWS_ENDPOINT_URL) : undefined;
}

/** A flavour without an endpoint is refused when it is opened; until then nothing is known of its place. */
function s3Whereabouts(scheme: string, root: string, endpoint: string | undefined): Whereabouts {
  return endpoint === undefined && scheme !== 's3' && s3Schemes.has(scheme)
    ? { provider: 'an unknown endpoint', root, encryptsAtRest: false }
    : vendorOrHost('AWS', /(^|\.)amazonaws\.com(\.cn)?$/, root, endpoint);
}

/** At the vendor itself, or at a host that speaks as it does, of which nothing more is known. */
function vendorOrHost(vendor: string, own: RegExp, root: string, endpoint: string | undefined): Whereabouts {
  const address = endpoint === undefined ? undefined : addressOf(endpoint, 'https:');
  return endpoint === undefined || (address !== undefined && own.test(address.hostname))
    ? { provider: vendor, root, encryptsAtRest: true }
    : { provider: address?.host ?? 'an unknown endpoint', root, encryptsAtRest: false };
}

/** One Vault is one server, however its port is written, and one namespace of it. */
function vaultWhereabouts(root: string, query: string | undefined, namespace = ''): Whereabouts {
  const [server = '', mount = ''] = root.split('/');
  const address = addressOf(server, query === 'tls=false' ? 'http:' : 'https:');
  const folders = [...segments(namespace), mount].join('/');
  return { provider: `Vault at ${address?.host ?? server}`, root: folders, encryptsAtRest: true };
}

/** The host and port of an endpoint, in one form for all ways to write it; undefined for a malformed one, which is refused when it is used. */
function addressOf(
  endpoint: string,
  protocol: string,
): { readonly host: string; readonly hostname: string } | undefined {
  const full = endpoint.includes('://') ? endpoint : `${protocol}//${endpoint}`;
  if (!URL.canParse(full)) {
    return undefined;
  }
  const { host, hostname } = new URL(full);
  return { host: host.replace(/\.(?=:|$)/, ''), hostname: hostname.replace(/\.$/, '') };
}

function segments(path: string): readonly string[] {
  return path.split('/').filter((segment) => segment !== '');
}

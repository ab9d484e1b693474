import type { Location } from '../lib/config/location.ts';
import { s3Schemes } from '../lib/vfs/schemes.ts';
import type { StoreDefinition } from '../lib/vfs/store-definition.ts';
import { parseStoreUrl } from '../lib/vfs/store-url.ts';
import { usageError } from './exit-codes.ts';

/** A variable that decides something for both stores of a command, which they need different values of. */
interface SharedVariable {
  readonly name: string;
  /** What it decides, as the sentence goes on. */
  readonly decides: string;
  /** The fields of the entry that would decide it for one of the two alone. */
  readonly entry: string;
}

/**
 * Throws a usage error for two stores that one environment cannot describe: two kinds of S3 at one `S3_ENDPOINT`, two Vaults with one
 * `VAULT_TOKEN`. The second of them would be looked for at the other's address, or be sent the other's token.
 *
 * An entry of the configuration that says it itself depends on no variable.
 */
export function refuseSharedVariables(
  a: Location,
  b: Location,
  env: Readonly<Record<string, string | undefined>>,
): void {
  const shared = sharedEndpoint(a.definition, b.definition) ?? sharedToken(a.definition, b.definition, env);
  if (shared === undefined) {
    return;
  }
  const { name, decides, entry } = shared;
  const { url } = b.definition;
  throw usageError(
    [
      `${name} ${decides} both ${a.definition.url} and ${url}, which need different values of it. Give one of them an entry in statesync.yaml, which wins over the environment, and name it instead of its URL:`,
      '  stores:',
      `    ${nameFor(b)}: { url: ${JSON.stringify(url)}, ${entry} }`,
    ].join('\n'),
  );
}

function sharedEndpoint(a: StoreDefinition, b: StoreDefinition): SharedVariable | undefined {
  const [one, other] = [a, b].map(({ url }) => parseStoreUrl(url).scheme);
  const isShared = [a, b].every(
    ({ url, endpoint }) => s3Schemes.has(parseStoreUrl(url).scheme) && endpoint === undefined,
  );
  if (!isShared || one === other) {
    return undefined;
  }
  const entry =
    other === 's3'
      ? 'endpoint: https://s3.REGION.amazonaws.com, region: REGION'
      : 'endpoint: https://HOST, credentials: { accessKeyId: { env: NAME }, secretAccessKey: { env: NAME } }';
  return { name: 'S3_ENDPOINT', decides: 'is the address of', entry };
}

/** A token of one Vault is of no use at another, and nothing that the other should see. */
function sharedToken(
  a: StoreDefinition,
  b: StoreDefinition,
  { VAULT_TOKEN: token }: Readonly<Record<string, string | undefined>>,
): SharedVariable | undefined {
  const servers = [a, b].flatMap(({ url, credentials }) => {
    const { scheme, root } = parseStoreUrl(url);
    return scheme === 'vault' && credentials === undefined ? [root.split('/')[0]] : [];
  });
  return token === undefined || servers.length < 2 || servers[0] === servers[1]
    ? undefined
    : { name: 'VAULT_TOKEN', decides: 'signs in at', entry: 'credentials: { token: { env: NAME } }' };
}

/** A name that an entry may have: its own, or one that is made of the bucket's. */
function nameFor({ name, definition }: Location): string {
  const { root } = parseStoreUrl(definition.url);
  const made = root
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 32);
  return name ?? (made === '' ? 'other' : made);
}

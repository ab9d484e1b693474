import type { Capabilities } from '../capabilities.ts';
import { type Environment, given } from '../environment.ts';
import { VfsError } from '../errors.ts';
import { credentialsOf } from '../store-credentials.ts';
import type { SecretReference, StoreDefinition, VaultCredentials } from '../store-definition.ts';
import { quotedUrl } from '../store-url.ts';
import { vaultCapabilities } from './capabilities.ts';

/** How a token is had. */
export type SignIn =
  | { readonly kind: 'token'; readonly token: SecretReference }
  | {
      readonly kind: 'aws';
      /** Empty: Vault takes the role that is named like the IAM principal. */
      readonly role: string;
      /** Where the method is mounted, below `auth/`. */
      readonly authMount: string;
      /** Value of `X-Vault-AWS-IAM-Server-ID`. */
      readonly serverId: string;
      /** Of the token service that the request is signed for; absent: the global one. */
      readonly region?: string;
      /** The variable that would have given a token; absent where the definition asks for this login. */
      readonly insteadOf?: 'VAULT_TOKEN';
    };

/** All that is decided about a mount before the first request. */
export interface VaultSettings {
  /** `vault://host:port/mount`. */
  readonly url: string;
  /** `https://host:port`. */
  readonly endpoint: string;
  /** As it is named, not as a URL writes it. */
  readonly mount: string;
  readonly namespace?: string;
  /** The file with the certificates to trust, and what names it. */
  readonly caCert?: { readonly path: string; readonly from: string };
  readonly signIn: SignIn;
  readonly capabilities: Capabilities;
}

interface Address {
  /** `host[:port]`. */
  readonly host: string;
  /** Without port and without the brackets of IPv6. */
  readonly hostname: string;
  readonly mount: string;
  readonly tls: boolean;
}

/**
 * Decides everything about a mount from its definition and the environment.
 *
 * URL, variables, precedence and messages are those that kOps had until 1.25 (`util/pkg/vfs/context.go`, `vaultfs.go`, `vaultcontext.go`): TLS unless the
 * query says `tls=false`; `VAULT_TOKEN`, else AWS IAM at `auth/aws` with an empty role and the URL's host, without port, as server id.
 * `VAULT_NAMESPACE` and `VAULT_CACERT` are as in Vault's own commands. What the definition says wins.
 *
 * Throws `InvalidArgument` for a URL without mount and path, or with a user or a password.
 */
export function vaultSettings(definition: StoreDefinition, environment: Environment): VaultSettings {
  const { host, hostname, mount, tls } = addressOf(definition.url);
  const namespace = definition.namespace ?? given(environment, 'VAULT_NAMESPACE');
  const caCert = caCertOf(definition, environment);
  return {
    url: `vault://${host}/${encodeURIComponent(mount)}`,
    endpoint: `${tls ? 'https' : 'http'}://${host}`,
    mount,
    ...(namespace === undefined ? {} : { namespace }),
    ...(caCert === undefined ? {} : { caCert }),
    signIn: signInOf(definition, environment, hostname),
    capabilities: vaultCapabilities(definition.capabilities),
  };
}

function addressOf(url: string): Address {
  const [, rest = '', query = ''] = /^vault:\/\/([^?#]*)(?:\?([^#]*))?/.exec(url) ?? [];
  const [host = '', ...segments] = rest.split('/');
  const [mount = '', ...path] = segments;
  if (host.includes('@')) {
    throw refused('the URL holds a user or a password; remove it, and use VAULT_TOKEN or the field "credentials"');
  }
  if (!URL.canParse(`http://${host}`) || new URL(`http://${host}`).pathname !== '/') {
    throw refused(`invalid vault url: ${JSON.stringify(quotedUrl(url))}`);
  }
  if (mount === '' || path.length === 0) {
    throw refused(`vault path must have both a mount point and a path. Got: ${JSON.stringify(segments.join('/'))}`);
  }
  const { hostname } = new URL(`http://${host}`);
  const tls = new URLSearchParams(query).get('tls') !== 'false';
  return { host, hostname: hostname.replace(/^\[|\]$/g, ''), mount: decoded(mount, url), tls };
}

function decoded(mount: string, url: string): string {
  try {
    return decodeURIComponent(mount);
  } catch {
    throw refused(`invalid vault url: ${JSON.stringify(quotedUrl(url))}`);
  }
}

function caCertOf({ caCert }: StoreDefinition, environment: Environment): VaultSettings['caCert'] {
  const variable = given(environment, 'VAULT_CACERT');
  if (caCert !== undefined) {
    return { path: caCert, from: 'caCert' };
  }
  return variable === undefined ? undefined : { path: variable, from: 'VAULT_CACERT' };
}

function signInOf(definition: StoreDefinition, environment: Environment, hostname: string): SignIn {
  const own = credentialsOf<VaultCredentials>(definition, ['token', 'awsRole']);
  if (own !== undefined && 'token' in own) {
    return { kind: 'token', token: own.token };
  }
  if (own === undefined && given(environment, 'VAULT_TOKEN') !== undefined) {
    return { kind: 'token', token: { env: 'VAULT_TOKEN' } };
  }
  const { region } = definition;
  return {
    kind: 'aws',
    role: own?.awsRole ?? '',
    authMount: own?.authMount ?? 'aws',
    serverId: own?.serverId ?? hostname,
    ...(region === undefined ? {} : { region }),
    ...(own === undefined ? { insteadOf: 'VAULT_TOKEN' } : {}),
  };
}

function refused(reason: string): VfsError {
  return new VfsError({ code: 'InvalidArgument', operation: 'open', target: 'store URL', reason });
}

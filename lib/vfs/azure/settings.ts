import type { Capabilities } from '../capabilities.ts';
import { type Environment, given } from '../environment.ts';
import { VfsError } from '../errors.ts';
import { credentialsOf } from '../store-credentials.ts';
import type { AzureCredentials, StoreDefinition } from '../store-definition.ts';
import { formatStoreUrl, parseStoreUrl, quotedUrl, type StoreUrl } from '../store-url.ts';
import { azureCapabilities } from './capabilities.ts';
import { parseEndpoint, publicEndpoint } from './endpoint.ts';

/** Where the credentials of a container come from. */
export type SignIn = AzureCredentials | { readonly chain: 'default' };

/** All that is decided about a container before the first request. */
export interface AzureSettings {
  readonly account: string;
  readonly container: string;
  /** `azureblob://account/container`. */
  readonly url: string;
  /** Address of the account's Blob service, without a trailing slash. */
  readonly endpoint: string;
  /** Path of a file with the certificates to trust. Absent: those of Node. */
  readonly caCert?: string;
  readonly signIn: SignIn;
  readonly capabilities: Capabilities;
}

const form = 'azureblob://<account>/<container>/<key>';
const accountName = /^[a-z0-9]{3,24}$/;
const containerName = /^(\$root|\$web|\$logs|(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*)$/;

/**
 * Decides everything about a container from its definition and the environment.
 *
 * The URL and the messages are those of kOps since 1.36 (`buildAzureBlobPath` in `util/pkg/vfs/context.go`), which
 * refuses the variable that named the account before. Without an endpoint the account is looked for in the public
 * cloud; without credentials the default chain is asked.
 *
 * Throws `InvalidArgument`, and `Unauthenticated` for a token that would travel in the open.
 */
export function azureSettings(definition: StoreDefinition, environment: Environment): AzureSettings {
  const parsed = parseStoreUrl(definition.url);
  const written = quotedUrl(definition.url);
  if (given(environment, 'AZURE_STORAGE_ACCOUNT') !== undefined) {
    throw refused(
      written,
      `unset AZURE_STORAGE_ACCOUNT; the storage account belongs in the URL:  ${form}`, // Two blanks, as in kOps.
    );
  }
  const { account, container } = placeOf(parsed, written);
  const url = formatStoreUrl({ scheme: 'azureblob', root: `${account}/${container}`, prefix: '' });
  const { endpoint: stated, pathStyle, caCert } = definition;
  const endpoint = stated === undefined ? publicEndpoint(account) : parseEndpoint(stated, account, pathStyle, written);
  const signIn = credentialsOf<AzureCredentials>(definition, ['clientSecret', 'managedIdentity', 'accountKey']) ?? {
    chain: 'default' as const,
  };
  refuseOpenToken(endpoint, signIn, url);
  return {
    account,
    container,
    url,
    endpoint,
    ...(caCert === undefined ? {} : { caCert }),
    signIn,
    capabilities: azureCapabilities(definition.capabilities),
  };
}

function placeOf({ root }: StoreUrl, url: string): { readonly account: string; readonly container: string } {
  const quoted = JSON.stringify(url);
  const [account = '', container = ''] = root.split('/');
  if (account === '') {
    throw refused(url, `no storage account specified in ${quoted}; expected ${form}`);
  }
  if (container === '') {
    throw refused(url, `no container specified in ${quoted}; expected ${form}`);
  }
  if (!accountName.test(account)) {
    throw refused(url, `${JSON.stringify(account)} is no storage account: 3 to 24 lower-case letters and digits`);
  }
  if (!containerName.test(container)) {
    const rule = '3 to 63 lower-case letters, digits and single dashes between them';
    throw refused(url, `${JSON.stringify(container)} is no container: ${rule}`);
  }
  return { account, container };
}

/** A bearer token is as good as a password, so the SDK never sends one without TLS; said here before any request. */
function refuseOpenToken(endpoint: string, signIn: SignIn, target: string): void {
  if (endpoint.startsWith('http://') && !('accountKey' in signIn)) {
    const reason =
      'a token is never sent over http://; give the endpoint with https://, or credentials with accountKey';
    throw new VfsError({ code: 'Unauthenticated', operation: 'open', target, reason });
  }
}

function refused(target: string, reason: string): VfsError {
  return new VfsError({ code: 'InvalidArgument', operation: 'open', target, reason });
}

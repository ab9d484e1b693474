import { readFile } from 'node:fs/promises';
import type { Capabilities } from '../capabilities.ts';
import { CredentialsError } from '../credentials-error.ts';
import { type Environment, given } from '../environment.ts';
import { VfsError } from '../errors.ts';
import { credentialsOf } from '../store-credentials.ts';
import type { StoreDefinition, SwiftCredentials } from '../store-definition.ts';
import { formatStoreUrl, parseStoreUrl, quotedUrl } from '../store-url.ts';
import { swiftCapabilities } from './capabilities.ts';
import type { ServiceChoice } from './catalogue.ts';
import { type FoundSignIn, findSignIn } from './credentials.ts';
import { toVfsError } from './errors.ts';
import type { Trust } from './http.ts';
import { kopsFileService } from './kops-file.ts';
import type { SignIn } from './sign-in.ts';

/** All that is decided about a container before the first request. */
export interface SwiftSettings {
  readonly container: string;
  /** `swift://container`. */
  readonly url: string;
  readonly signIn: SignIn;
  readonly service: ServiceChoice;
  /** Where Swift is reached, instead of at the address in Keystone's catalogue: see `storageOf`. */
  readonly endpoint?: string;
  readonly trust: Trust;
  readonly userAgent: string;
  readonly capabilities: Capabilities;
}

/**
 * Decides everything about a container from its definition, the environment and the files that they name.
 *
 * `endpoint` of the definition replaces scheme, host and port of the address that Keystone's catalogue has; one with a path (`https://swift.example.com/v1/AUTH_…`)
 * is the account itself, and the catalogue is not asked. The region is that of the definition, of the cloud that it names, of
 * `OS_REGION_NAME` (single quotes around it are dropped), of the cloud of `OS_CLOUD`, or of the file that kOps reads; without any, the
 * catalogue may have one only. The interface likewise, with `OS_INTERFACE` or `OS_ENDPOINT_TYPE`; it is `public` by default.
 *
 * Rejects with `VfsError`: `Unauthenticated` for credentials that are missing, `InvalidArgument` for what is malformed.
 */
export async function swiftSettings(definition: StoreDefinition, environment: Environment): Promise<SwiftSettings> {
  const { root: container } = parseStoreUrl(definition.url);
  const url = formatStoreUrl({ scheme: 'swift', root: container, prefix: '' });
  const own = credentialsOf<SwiftCredentials>(definition, ['cloud', 'authUrl']);
  try {
    const found = await findSignIn(own, environment);
    const endpoint = endpointOf(definition.endpoint);
    return {
      container,
      url,
      signIn: found.signIn,
      service: serviceOf(definition, found, environment),
      ...(endpoint === undefined ? {} : { endpoint }),
      trust: await trustOf(definition, found, environment),
      userAgent: 'kops-statesync/swift',
      capabilities: swiftCapabilities(definition.capabilities),
    };
  } catch (error) {
    throw toVfsError(error, { operation: 'open', target: url });
  }
}

/** A cloud that the definition names goes before the environment, one that the environment names after it. */
function said(
  own: string | undefined,
  { credentials }: StoreDefinition,
  ofCloud: string | undefined,
  ofEnvironment: string | undefined,
): string | undefined {
  return own ?? (credentials === undefined ? (ofEnvironment ?? ofCloud) : (ofCloud ?? ofEnvironment));
}

function serviceOf(
  definition: StoreDefinition,
  { cloud, kopsFile }: FoundSignIn,
  environment: Environment,
): ServiceChoice {
  const named = said(definition.region, definition, cloud?.region, regionOf(environment));
  const { availability, ...ofFile } = named === undefined && kopsFile !== undefined ? kopsFileService(kopsFile) : {};
  const chosen = said(
    undefined,
    definition,
    cloud?.interface,
    given(environment, 'OS_INTERFACE') ?? given(environment, 'OS_ENDPOINT_TYPE'),
  );
  return {
    ...ofFile,
    ...(named === undefined ? {} : { region: named }),
    interface: interfaceOf(chosen ?? availability),
  };
}

function regionOf(environment: Environment): string | undefined {
  const region = given(environment, 'OS_REGION_NAME');
  return region === undefined ? undefined : region.replace(/^'(.*)'$/s, '$1');
}

/** Old files say `publicURL`. */
function interfaceOf(text = 'public'): ServiceChoice['interface'] {
  const name = text.replace(/URL$/, '');
  if (name === 'public' || name === 'internal' || name === 'admin') {
    return name;
  }
  const reason = `the interface ${JSON.stringify(text)} is none of Keystone's; expected public, internal or admin (OS_INTERFACE)`;
  throw new CredentialsError('InvalidArgument', reason);
}

function endpointOf(text: string | undefined): string | undefined {
  if (text === undefined) {
    return undefined;
  }
  const { protocol, username, password, search } = URL.canParse(text) ? new URL(text) : new URL('none:');
  if (!['http:', 'https:'].includes(protocol) || username !== '' || password !== '' || search !== '') {
    const reason = '"endpoint" is no address of Swift; write it like https://swift.example.com';
    throw new CredentialsError('InvalidArgument', reason);
  }
  return text;
}

async function trustOf(definition: StoreDefinition, { cloud }: FoundSignIn, environment: Environment): Promise<Trust> {
  const skip = given(environment, 'KOPS_OS_TLS_INSECURE_SKIP_VERIFY');
  const insecure = skip === 'true' || skip === '1' || cloud?.insecure === true;
  const path = said(definition.caCert, definition, cloud?.caCert, given(environment, 'OS_CACERT'));
  if (path === undefined) {
    return { insecure };
  }
  try {
    return { insecure, ca: await readFile(path, 'utf8') };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = `the certificates to trust, ${path}, cannot be read (${code}); check "caCert" or OS_CACERT`;
    throw new VfsError({ code: 'InvalidArgument', operation: 'open', target: quotedUrl(definition.url), reason });
  }
}

import type { Capabilities } from '../capabilities.ts';
import { parseEndpoint } from '../endpoint.ts';
import { type Environment, given } from '../environment.ts';
import { credentialsOf } from '../store-credentials.ts';
import type { GcsCredentials, StoreDefinition } from '../store-definition.ts';
import { formatStoreUrl, parseStoreUrl } from '../store-url.ts';
import { gcsCapabilities } from './capabilities.ts';

/** How a bucket is signed in at. */
export type SignIn =
  | GcsCredentials
  /** Google's application default credentials. */
  | { readonly applicationDefault: true }
  /** Requests carry no token. */
  | { readonly anonymous: true };

/** All that is decided about a bucket before the first request. */
export interface GcsSettings {
  readonly bucket: string;
  /** `gs://bucket`. */
  readonly url: string;
  /** `https://host[:port]`. */
  readonly endpoint: string;
  readonly signIn: SignIn;
  readonly capabilities: Capabilities;
}

const google = 'https://storage.googleapis.com';

/**
 * Decides everything about a bucket from its definition and the environment.
 *
 * `STORAGE_EMULATOR_HOST` is that of all Google's clients: another address, and nobody signs in there. What the definition says wins.
 * At an endpoint that is not Google's own the definition's credentials are used, or the file that `GOOGLE_APPLICATION_CREDENTIALS` names, or
 * none: an identity that merely lies about (gcloud's file, the machine's service account) is not sent to strangers.
 *
 * Throws `InvalidArgument` for a malformed endpoint and for credentials of another kind of store.
 */
export function gcsSettings(definition: StoreDefinition, environment: Environment): GcsSettings {
  const { root: bucket } = parseStoreUrl(definition.url);
  const url = formatStoreUrl({ scheme: 'gs', root: bucket, prefix: '' });
  const emulator = definition.endpoint === undefined ? given(environment, 'STORAGE_EMULATOR_HOST') : undefined;
  const named = definition.endpoint ?? (emulator && withScheme(emulator));
  const endpoint = named === undefined ? google : parseEndpoint(named, url);
  return {
    bucket,
    url,
    endpoint,
    signIn:
      credentialsOf<GcsCredentials>(definition, ['credentialsFile', 'workloadIdentity']) ??
      (emulator === undefined ? signInAt(endpoint, environment) : { anonymous: true }),
    capabilities: gcsCapabilities(definition.capabilities),
  };
}

function signInAt(endpoint: string, environment: Environment): SignIn {
  const ofGoogle = /(^|\.)googleapis\.com$/.test(new URL(endpoint).hostname);
  const named = given(environment, 'GOOGLE_APPLICATION_CREDENTIALS') !== undefined;
  return ofGoogle || named ? { applicationDefault: true } : { anonymous: true };
}

/** Emulators speak plain HTTP; an endpoint without a scheme would be HTTPS. */
function withScheme(host: string): string {
  return host.includes('://') ? host.replace(/\/+$/, '') : `http://${host}`;
}

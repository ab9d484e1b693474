import type { TokenCredential, TokenCredentialOptions } from '@azure/identity';
import { CredentialsError } from '../credentials-error.ts';
import { type Environment, given } from '../environment.ts';

/** The library that speaks to Microsoft Entra ID, loaded when a token is first needed. */
export type Identity = typeof import('@azure/identity');

/** How the library reaches Entra ID; `httpClient` is for tests. */
export type IdentityOptions = TokenCredentialOptions & { readonly additionallyAllowedTenants?: string[] };

/** One place where an identity may come from. */
export interface TokenSource {
  /** As Azure's libraries call it. */
  readonly name: string;
  /** Throws `Absent` where there is nothing to sign in with, and any other error where there is something wrong. */
  readonly open: (identity: Identity, options: IdentityOptions) => TokenCredential;
}

/** There is nothing to sign in with at a source; the message says what is missing. */
export class Absent extends Error {
  override readonly name = 'Absent';
}

const publicAuthority = 'https://login.microsoftonline.com';

/**
 * What is the same for all sources. The library reads the process's variables for what it is not given, so everything
 * is given; attempts are counted once, so it tries everything once.
 */
export function identityOptions(environment: Environment, transport: IdentityOptions = {}): IdentityOptions {
  const authorityHost = given(environment, 'AZURE_AUTHORITY_HOST') ?? publicAuthority;
  if (!authorityHost.startsWith('https://')) {
    throw new CredentialsError('Unauthenticated', 'AZURE_AUTHORITY_HOST is no address that begins with https://');
  }
  const tenants = given(environment, 'AZURE_ADDITIONALLY_ALLOWED_TENANTS')?.split(';') ?? [];
  return { authorityHost, retryOptions: { maxRetries: 0 }, additionallyAllowedTenants: tenants, ...transport };
}

/**
 * An application: a secret, a certificate, or (deprecated) a user, as `EnvironmentCredential` takes them, in its order.
 */
export function fromVariables(environment: Environment): TokenSource {
  const open: TokenSource['open'] = (identity, options) => {
    const [tenant, client] = required(environment, 'AZURE_TENANT_ID', 'AZURE_CLIENT_ID');
    const secret = given(environment, 'AZURE_CLIENT_SECRET');
    if (secret !== undefined) {
      return new identity.ClientSecretCredential(tenant, client, secret, options);
    }
    const certificatePath = given(environment, 'AZURE_CLIENT_CERTIFICATE_PATH');
    if (certificatePath !== undefined) {
      const password = given(environment, 'AZURE_CLIENT_CERTIFICATE_PASSWORD');
      const certificate = { certificatePath, ...(password && { certificatePassword: password }) };
      const sendCertificateChain = /^(true|1)$/i.test(environment['AZURE_CLIENT_SEND_CERTIFICATE_CHAIN'] ?? '');
      return new identity.ClientCertificateCredential(tenant, client, certificate, {
        ...options,
        sendCertificateChain,
      });
    }
    const user = given(environment, 'AZURE_USERNAME');
    const password = given(environment, 'AZURE_PASSWORD');
    if (user !== undefined && password !== undefined) {
      return new identity.UsernamePasswordCredential(tenant, client, user, password, options);
    }
    throw new Absent('AZURE_CLIENT_SECRET not set, nor AZURE_CLIENT_CERTIFICATE_PATH');
  };
  return { name: 'EnvironmentCredential', open };
}

/** A pod with a federated service account: the variables that Azure's webhook sets. */
export function fromWorkload(environment: Environment): TokenSource {
  const open: TokenSource['open'] = (identity, options) => {
    const names = ['AZURE_FEDERATED_TOKEN_FILE', 'AZURE_TENANT_ID', 'AZURE_CLIENT_ID'] as const;
    const [tokenFilePath, tenantId, clientId] = required(environment, ...names);
    return new identity.WorkloadIdentityCredential({ ...options, tokenFilePath, tenantId, clientId });
  };
  return { name: 'WorkloadIdentityCredential', open };
}

/**
 * The identity of the machine, or of the function that this runs in. Where it is asked for by the way, its endpoint is
 * tried for a second first: elsewhere than on Azure nothing answers there. The endpoint itself is the machine's, found
 * by the variables of the process.
 */
export function fromMachine(clientId: string | undefined, probe: boolean): TokenSource {
  const open: TokenSource['open'] = (identity, options) =>
    new identity.ManagedIdentityCredential({
      ...options,
      ...(clientId && { clientId }),
      ...{ sendProbeRequest: probe },
    });
  return { name: 'ManagedIdentityCredential', open };
}

/** The signed-in user of a command-line tool, which is found by the variables of the process. */
export function fromTool(
  name: 'AzureCliCredential' | 'AzureDeveloperCliCredential' | 'AzurePowerShellCredential',
): TokenSource {
  return { name, open: (identity) => new identity[name]() };
}

/** The values of variables. Throws `Absent`, naming all that are not set. */
function required<const Names extends readonly string[]>(
  environment: Environment,
  ...names: Names
): { readonly [Index in keyof Names]: string } {
  const missing = names.filter((name) => given(environment, name) === undefined);
  if (missing.length > 0) {
    throw new Absent(`${missing.join(' and ')} not set`);
  }
  return names.map((name) => environment[name]) as unknown as { readonly [Index in keyof Names]: string };
}

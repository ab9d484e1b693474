import {
  type AuthClient,
  AwsClient,
  type AwsClientOptions,
  ExternalAccountClient,
  type ExternalAccountClientOptions,
  type gaxios,
  Impersonated,
  JWT,
  UserRefreshClient,
} from 'google-auth-library';
import { CredentialsError } from '../credentials-error.ts';
import type { Environment } from '../environment.ts';
import { awsSupplier } from './aws-identity.ts';
import type { Adapter } from './connections.ts';
import { type CredentialsJson, requireCredentials, textField } from './credentials-json.ts';
import { createTransporter } from './transporter.ts';

/** What a token may do: read and write objects, and nothing about who may. */
export const storageScopes: readonly string[] = ['https://www.googleapis.com/auth/devstorage.read_write'];

/** What a token may do by which another identity is acted as. */
const actingScopes: readonly string[] = ['https://www.googleapis.com/auth/cloud-platform'];

/** How a client reaches the services that it needs, and what its tokens may do. */
export interface ClientSurroundings {
  readonly environment: Environment;
  readonly adapter: Adapter;
  /** @default reading and writing of objects */
  readonly scopes?: readonly string[];
}

/** A client that has tokens for the credentials of a file. `where` names the file for messages. Throws `CredentialsError`. */
export function clientOf(json: CredentialsJson, where: string, surroundings: ClientSurroundings): AuthClient {
  const { adapter, scopes = storageScopes } = surroundings;
  const tokenUrl = ownTokenUrl(json);
  const transporter = createTransporter(adapter, tokenUrl);
  switch (json.type) {
    case 'service_account': {
      const additionalClaims = tokenUrl === undefined ? {} : { additionalClaims: { aud: tokenUrl } };
      const client = new JWT({ scopes: [...scopes], transporter, ...additionalClaims });
      client.fromJSON(json);
      return client;
    }
    case 'authorized_user': {
      const client = new UserRefreshClient({ transporter });
      client.fromJSON(json);
      return client;
    }
    case 'impersonated_service_account':
      return impersonated(json, where, surroundings);
    case 'external_account':
      return externalAccount(json, where, surroundings, transporter);
  }
}

/** A token service that is not Google's: the library would ask Google's all the same. */
function ownTokenUrl(json: CredentialsJson): string | undefined {
  const url = textField(json, 'token_uri');
  return url !== undefined && URL.canParse(url) && !/\.google(apis)?\.com$/.test(new URL(url).hostname)
    ? url
    : undefined;
}

/** A service account that the credentials inside act as (AIP-4117). */
function impersonated(json: CredentialsJson, where: string, surroundings: ClientSurroundings): AuthClient {
  const url = textField(json, 'service_account_impersonation_url') ?? '';
  const [, targetPrincipal] = /\/serviceAccounts\/([^/:]+):generateAccessToken$/.exec(url) ?? [];
  if (targetPrincipal === undefined || !URL.canParse(url)) {
    throw unusable(
      where,
      'has a "service_account_impersonation_url" that does not end in /serviceAccounts/NAME:generateAccessToken',
    );
  }
  const inner = requireCredentials(json['source_credentials'], `source_credentials of ${where}`);
  const delegates = json['delegates'];
  return new Impersonated({
    sourceClient: clientOf(inner, where, { ...surroundings, scopes: actingScopes }),
    targetPrincipal,
    targetScopes: [...(surroundings.scopes ?? storageScopes)],
    delegates: Array.isArray(delegates) ? delegates.map(String) : [],
    endpoint: new URL(url).origin,
    transporter: createTransporter(surroundings.adapter),
  });
}

/** Workload identity federation (AIP-4117): a token of somewhere else is exchanged for one of Google's. */
function externalAccount(
  json: CredentialsJson,
  where: string,
  { environment, scopes = storageScopes }: ClientSurroundings,
  transporter: gaxios.Gaxios,
): AuthClient {
  const { credential_source: source, ...others } = json as CredentialsJson & { readonly credential_source: object };
  if ('executable' in source) {
    throw unusable(
      where,
      'wants to run a program for its token, which is not done here; use a file, a URL or AWS as its source',
    );
  }
  const common = { ...others, scopes: [...scopes], transporter };
  const client =
    'environment_id' in source
      ? new AwsClient({ ...common, aws_security_credentials_supplier: awsSupplier(environment) } as AwsClientOptions)
      : ExternalAccountClient.fromJSON({ ...common, credential_source: source } as ExternalAccountClientOptions);
  if (client === null) {
    throw unusable(where, 'is no external account');
  }
  useTransporter(client, transporter, textField(source, 'regional_cred_verification_url'));
  return client;
}

/**
 * The library decides two things alone: its exchange of tokens has a transport of its own, which repeats requests and hangs on an answer
 * that is cut off; and it asks AWS's global partition who somebody is, whatever the file says.
 */
function useTransporter(client: AuthClient, transporter: gaxios.Gaxios, verificationUrl: string | undefined): void {
  const { stsCredential } = client as unknown as { readonly stsCredential: object };
  Reflect.set(stsCredential, 'transporter', transporter);
  if (client instanceof AwsClient && verificationUrl !== undefined) {
    Reflect.set(client, 'regionalCredVerificationUrl', verificationUrl);
  }
}

function unusable(where: string, what: string): CredentialsError {
  return new CredentialsError('Unauthenticated', `${where} ${what}`);
}

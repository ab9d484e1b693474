import type { AccessToken, TokenCredential } from '@azure/identity';
import { CredentialsError } from '../credentials-error.ts';
import { type Environment, given } from '../environment.ts';
import { readSecret } from '../secret-reference.ts';
import type { SignIn } from './settings.ts';
import { explain } from './token-reasons.ts';
import {
  fromMachine,
  fromTool,
  fromVariables,
  fromWorkload,
  type Identity,
  type IdentityOptions,
  identityOptions,
  type TokenSource,
} from './token-sources.ts';

/** What a token for the Blob service is asked for, in every cloud. */
export const storageScope = 'https://storage.azure.com/.default';

/**
 * What gives tokens for requests. It rejects with `CredentialsError`, of which the message lists every source tried and
 * why it gave nothing.
 */
export function tokenCredential(
  signIn: Exclude<SignIn, { readonly accountKey: unknown }>,
  environment: Environment,
  transport?: IdentityOptions,
): TokenCredential {
  const opened = new Map<TokenSource, TokenCredential>();
  let sources: readonly TokenSource[] | undefined;
  return {
    // The SDK shares one token among requests, so none of their signals may give it up.
    getToken: async (scopes, { abortSignal: _, ...wishes } = {}) => {
      sources ??= await sourcesOf(signIn, environment);
      const options = identityOptions(environment, transport);
      const ask = (credential: TokenCredential) => credential.getToken(scopes, wishes);
      return firstToken(sources, await import('@azure/identity'), { ask, options, opened });
    },
  };
}

interface Question {
  readonly ask: (credential: TokenCredential) => Promise<AccessToken | null>;
  readonly options: IdentityOptions;
  /** Credentials of sources that were opened before; they keep what they were told. */
  readonly opened: Map<TokenSource, TokenCredential>;
}

/** The token of the first source that has one. A source that is there and fails ends the search. */
async function firstToken(
  sources: readonly TokenSource[],
  identity: Identity,
  { ask, options, opened }: Question,
): Promise<AccessToken> {
  const reasons: string[] = [];
  for (const source of sources) {
    try {
      const credential = opened.get(source) ?? source.open(identity, options);
      opened.set(source, credential);
      const token = await ask(credential);
      if (token !== null) {
        return token;
      }
      reasons.push(`${source.name}: gave no token`);
    } catch (error) {
      const { code, reason, final } = explain(source.name, error);
      if (final) {
        throw new CredentialsError(code, `${source.name}: ${reason}`);
      }
      reasons.push(`${source.name}: ${reason}`);
    }
  }
  throw new CredentialsError('Unauthenticated', `no credentials: ${reasons.join('; ')}`);
}

async function sourcesOf(
  signIn: Exclude<SignIn, { readonly accountKey: unknown }>,
  environment: Environment,
): Promise<readonly TokenSource[]> {
  if ('chain' in signIn) {
    return chainOf(environment);
  }
  if ('managedIdentity' in signIn) {
    return [fromMachine(signIn.managedIdentity, false)];
  }
  const { tenantId, clientId } = signIn;
  const secret = await readSecret('clientSecret', signIn.clientSecret, environment);
  return [
    {
      name: 'clientSecret',
      open: (identity, options) => new identity.ClientSecretCredential(tenantId, clientId, secret, options),
    },
  ];
}

/**
 * The sources of `DefaultAzureCredential`, in the order of Azure's library for Go, which kOps uses: variables, workload
 * identity, managed identity, then the tools of a developer. `AZURE_TOKEN_CREDENTIALS` narrows them to `prod`, `dev` or
 * one by name.
 */
function chainOf(environment: Environment): readonly TokenSource[] {
  const wanted = given(environment, 'AZURE_TOKEN_CREDENTIALS');
  const name = wanted?.trim().toLowerCase();
  const machine = fromMachine(given(environment, 'AZURE_CLIENT_ID'), name !== 'managedidentitycredential');
  const prod = [fromVariables(environment), fromWorkload(environment), machine];
  const tools = ['AzureCliCredential', 'AzureDeveloperCliCredential', 'AzurePowerShellCredential'] as const;
  const dev = tools.map((tool) => fromTool(tool));
  const all = [...prod, ...dev];
  switch (name) {
    case undefined:
      return all;
    case 'prod':
      return prod;
    case 'dev':
      return dev;
  }
  const chosen = all.filter((source) => source.name.toLowerCase() === name);
  if (chosen.length === 0) {
    const names = all.map((source) => source.name).join(', ');
    const valid = `Valid values are 'prod' or 'dev' or any of these credentials - ${names}.`;
    throw new CredentialsError('Unauthenticated', `Invalid value for AZURE_TOKEN_CREDENTIALS = ${wanted}. ${valid}`);
  }
  return chosen;
}

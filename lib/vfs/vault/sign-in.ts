import type { Clock } from '../../flow/clock.ts';
import { defaultChain } from '../aws/credential-chain.ts';
import { stsConfig } from '../aws/credential-sources.ts';
import { CredentialsError } from '../credentials-error.ts';
import { type Environment, given } from '../environment.ts';
import { readSecret } from '../secret-reference.ts';
import { signedCallerIdentity, tokenService } from './aws-login.ts';
import { callOptions, type VaultClient } from './client.ts';
import { invalidToken } from './error-table.ts';
import { meaningOf, wordsOf } from './errors.ts';
import { withPatience } from './patience.ts';
import { VaultRefusal } from './refusal.ts';
import type { SignIn } from './settings.ts';

/** For how long a token may be used. */
export interface Grant {
  /** Milliseconds from now; `Infinity` for a token that does not end, or of which that is not known. */
  readonly leaseMs: number;
  /** Whether its time can be made longer. */
  readonly renewable: boolean;
}

/** A way to a token. */
export interface TokenSource {
  /** Gets a token that is good, a new one where there is one, and gives it to the client. Rejects with `CredentialsError`. */
  obtain(): Promise<Grant>;
}

/** What a login or a renewal answers (token auth method). */
interface AuthAnswer {
  readonly auth?: { readonly client_token?: string; readonly lease_duration?: number; readonly renewable?: boolean };
}

/** The way to a token that the settings name. Nothing is read or asked before it is used. */
export function tokenSource(client: VaultClient, signIn: SignIn, environment: Environment, clock: Clock): TokenSource {
  return signIn.kind === 'token'
    ? givenToken(client, signIn, environment)
    : awsLogin(client, signIn, environment, clock);
}

/** Makes the client's token last longer. Rejects with `VaultRefusal`, or a failure of the network. */
export async function renewToken(client: VaultClient): Promise<Grant> {
  return withPatience('renewing the token', async (signal) =>
    grantOf(await client.tokenRenewSelf({ requestOptions: callOptions(signal) })),
  );
}

function givenToken(
  client: VaultClient,
  { token }: Extract<SignIn, { kind: 'token' }>,
  environment: Environment,
): TokenSource {
  const lookUp = (signal: AbortSignal) => client.tokenLookupSelf({ requestOptions: callOptions(signal) });
  const obtain = async (): Promise<Grant> => {
    client.token = await readSecret('token', token, environment);
    try {
      const { data } = await withPatience('looking the token up', lookUp);
      const leaseMs = data?.expire_time ? Math.max(data.ttl, 1) * 1000 : Number.POSITIVE_INFINITY;
      return { leaseMs, renewable: data?.renewable === true };
    } catch (error) {
      if (error instanceof VaultRefusal && error.status === 403 && !error.says(invalidToken)) {
        // A token without the policy "default" may not look at itself; what it may do shows when it is used.
        return { leaseMs: Number.POSITIVE_INFINITY, renewable: false };
      }
      throw signInError(error, `token of ${'env' in token ? token.env : token.file}`);
    }
  };
  return { obtain };
}

function awsLogin(
  client: VaultClient,
  { role, authMount, serverId, region, insteadOf }: Extract<SignIn, { kind: 'aws' }>,
  environment: Environment,
  clock: Clock,
): TokenSource {
  const sts = stsConfig(region ?? given(environment, 'AWS_REGION') ?? 'us-east-1', environment);
  const logIn = async (signal: AbortSignal): Promise<Grant> => {
    const keys = await defaultChain(environment, sts);
    const signed = await signedCallerIdentity(keys, tokenService(region, sts.endpoint), serverId, clock.now());
    const at = { role, mount_point: authMount, requestOptions: callOptions(signal) };
    const answer: AuthAnswer = await client.awsIamLogin({ ...at, ...signed });
    if (!answer?.auth?.client_token) {
      throw new CredentialsError('Unauthenticated', 'the answer holds no token');
    }
    return grantOf(answer);
  };
  const obtain = async (): Promise<Grant> => {
    try {
      return await withPatience('the login', logIn);
    } catch (error) {
      // The first words are kOps's.
      const login = `error authenticating vault to AWS: at auth/${authMount}, role ${JSON.stringify(role)}`;
      throw signInError(error, insteadOf === undefined ? login : `${login}, since ${insteadOf} is not set`);
    }
  };
  return { obtain };
}

function grantOf({ auth }: AuthAnswer): Grant {
  const { lease_duration: seconds = 0, renewable = false } = auth ?? {};
  return { leaseMs: seconds > 0 ? seconds * 1000 : Number.POSITIVE_INFINITY, renewable };
}

/** A refused sign-in is a lack of credentials, whatever its status; what may pass is left so. */
function signInError(error: unknown, failure: string): CredentialsError {
  if (error instanceof CredentialsError) {
    return new CredentialsError(error.code, `${failure}: ${error.message}`);
  }
  const { code, hint } = meaningOf(error);
  const isAnswer = error instanceof VaultRefusal && code !== 'Unavailable' && code !== 'RateLimited';
  const words = hint === undefined ? wordsOf(error) : `${wordsOf(error)}; ${hint}`;
  return new CredentialsError(isAnswer ? 'Unauthenticated' : code, `${failure}: ${words}`);
}

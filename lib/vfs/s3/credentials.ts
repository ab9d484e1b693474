import { defaultChain } from '../aws/credential-chain.ts';
import { explainProfile, explainRole, isPassing, kindOf } from '../aws/credential-reasons.ts';
import { type Keys, providersOf, type StsConfig, sharedFiles, stsConfig } from '../aws/credential-sources.ts';
import { silent } from '../aws/quiet-sdk.ts';
import { CredentialsError } from '../credentials-error.ts';
import { type Environment, given } from '../environment.ts';
import { readSecret } from '../secret-reference.ts';
import type { S3Settings, SignIn } from './settings.ts';

/** Gives credentials each time they are needed; the client keeps them until shortly before they expire. */
export type KeysProvider = () => Promise<Keys>;

/** How a bucket signs in. Nothing is read or asked before the first request; failures are `CredentialsError`. */
export function keysProvider({ signIn, homeRegion }: S3Settings, environment: Environment): KeysProvider {
  const sts = stsConfig(homeRegion, environment);
  if ('chain' in signIn) {
    return () => defaultChain(environment, sts);
  }
  if ('profile' in signIn) {
    return () => fromNamedProfile(signIn.profile, environment, sts);
  }
  return 'role' in signIn ? assumedRole(signIn, environment, sts) : () => fromReferences(signIn, environment);
}

/**
 * Names who signs, without secrets: two buckets of which the names are equal are reached by one identity. Server-side copies are tried only
 * then.
 */
export function identityOf({ signIn }: S3Settings, environment: Environment): string {
  const key = 'accessKeyId' in signIn && 'env' in signIn.accessKeyId ? signIn.accessKeyId.env : 'AWS_ACCESS_KEY_ID';
  const names = [key, 'AWS_PROFILE', 'AWS_ROLE_ARN'];
  return JSON.stringify([signIn, ...names.map((name) => given(environment, name))]);
}

async function fromNamedProfile(profile: string, environment: Environment, sts: StsConfig): Promise<Keys> {
  const { fromIni } = await providersOf();
  try {
    return await fromIni({ profile, ...sharedFiles(environment), clientConfig: sts, logger: silent })();
  } catch (error) {
    throw new CredentialsError(
      isPassing(error) ? 'Unavailable' : 'Unauthenticated',
      explainProfile(error, profile).reason,
    );
  }
}

async function fromReferences(
  references: Extract<SignIn, { accessKeyId: unknown }>,
  environment: Environment,
): Promise<Keys> {
  const { accessKeyId, secretAccessKey, sessionToken } = references;
  return {
    accessKeyId: await readSecret('accessKeyId', accessKeyId, environment),
    secretAccessKey: await readSecret('secretAccessKey', secretAccessKey, environment),
    ...(sessionToken && { sessionToken: await readSecret('sessionToken', sessionToken, environment) }),
  };
}

function assumedRole(
  { role, externalId }: Extract<SignIn, { role: string }>,
  environment: Environment,
  sts: StsConfig,
): KeysProvider {
  const params = {
    RoleArn: role,
    RoleSessionName: 'kops-statesync',
    ...(externalId ? { ExternalId: externalId } : {}),
  };
  const assume = async (): Promise<KeysProvider> => {
    const { fromTemporaryCredentials } = await providersOf();
    const masterCredentials = () => defaultChain(environment, sts);
    return fromTemporaryCredentials({ params, masterCredentials, clientConfig: sts, logger: silent });
  };
  let provider: KeysProvider | undefined;
  return async () => {
    try {
      provider ??= await assume();
      return await provider();
    } catch (error) {
      throw roleError(error, role);
    }
  };
}

function roleError(error: unknown, role: string): CredentialsError {
  if (error instanceof CredentialsError) {
    return new CredentialsError(error.code, `to assume ${role}: ${error.message}`);
  }
  if (isPassing(error)) {
    return new CredentialsError('Unavailable', `${role} could not be assumed: ${kindOf(error)}`);
  }
  const code = kindOf(error) === 'AccessDenied' ? 'PermissionDenied' : 'Unauthenticated';
  return new CredentialsError(code, `${role} could not be assumed: ${explainRole(error)}`);
}

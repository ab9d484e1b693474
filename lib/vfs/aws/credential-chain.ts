import { CredentialsError } from '../credentials-error.ts';
import { type Environment, given } from '../environment.ts';
import { explainProfile, isPassing, kindOf } from './credential-reasons.ts';
import { type Keys, providersOf, type StsConfig, sharedFiles } from './credential-sources.ts';
import { silent } from './quiet-sdk.ts';

/** What one source gave: keys, or why not. `final` says that the source was asked for by name, so that no other may answer for it. */
type Answer = { readonly keys: Keys } | { readonly nothing: string; readonly final?: boolean };

type Source = (environment: Environment, sts: StsConfig) => Answer | Promise<Answer>;

/** In the order of the AWS SDK for Go, which kOps uses. The first loads nothing: in a function, credentials come from the environment. */
const sources: readonly Source[] = [fromVariables, fromWebIdentity, fromProfile, fromContainer, fromInstance];

/**
 * Finds credentials where the AWS tools look for them: environment, web identity, shared configuration files (static keys, SSO, roles,
 * processes), container, instance metadata.
 *
 * Rejects with one `CredentialsError` that lists every source tried and why it gave nothing. A source that was asked for by name
 * and fails ends the search: another identity would be a surprise.
 */
export async function defaultChain(environment: Environment, sts: StsConfig): Promise<Keys> {
  const reasons: string[] = [];
  for (const source of sources) {
    const answer = await source(environment, sts);
    if ('keys' in answer) {
      return answer.keys;
    }
    reasons.push(answer.nothing);
    if (answer.final === true) {
      break;
    }
  }
  throw new CredentialsError('Unauthenticated', `no credentials: ${reasons.join('; ')}`);
}

function fromVariables(environment: Environment): Answer {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = environment;
  if (id && secret) {
    return { keys: { accessKeyId: id, secretAccessKey: secret, ...(token ? { sessionToken: token } : {}) } };
  }
  return { nothing: id ? 'AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY not set' : 'AWS_ACCESS_KEY_ID not set' };
}

async function fromWebIdentity(environment: Environment, sts: StsConfig): Promise<Answer> {
  const { AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: role, AWS_ROLE_SESSION_NAME: session } = environment;
  if (!file || !role) {
    return { nothing: `${file ? 'AWS_ROLE_ARN' : 'AWS_WEB_IDENTITY_TOKEN_FILE'} not set` };
  }
  const { fromTokenFile } = await providersOf();
  const init = { webIdentityTokenFile: file, roleArn: role, ...(session ? { roleSessionName: session } : {}) };
  return answerOf(
    fromTokenFile({ ...init, clientConfig: sts, logger: silent }),
    (error) => `web identity for ${role} failed (${kindOf(error)})`,
  );
}

async function fromProfile(environment: Environment, sts: StsConfig): Promise<Answer> {
  const named = given(environment, 'AWS_PROFILE');
  const profile = named ?? 'default';
  const { fromIni } = await providersOf();
  try {
    return { keys: await fromIni({ profile, ...sharedFiles(environment), clientConfig: sts, logger: silent })() };
  } catch (error) {
    refusePassing(error, `profile "${profile}"`);
    const { reason, absent } = explainProfile(error, profile);
    return { nothing: reason, final: named !== undefined || !absent };
  }
}

async function fromContainer(environment: Environment): Promise<Answer> {
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: relative, AWS_CONTAINER_CREDENTIALS_FULL_URI: full } = environment;
  if (!relative && !full) {
    return { nothing: 'no container credentials (AWS_CONTAINER_CREDENTIALS_FULL_URI not set)' };
  }
  const { fromHttp } = await providersOf();
  const token = given(environment, 'AWS_CONTAINER_AUTHORIZATION_TOKEN');
  const tokenFile = given(environment, 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE');
  const init = {
    ...(relative ? { awsContainerCredentialsRelativeUri: relative } : { awsContainerCredentialsFullUri: full ?? '' }),
    ...(token ? { awsContainerAuthorizationToken: token } : {}),
    ...(tokenFile ? { awsContainerAuthorizationTokenFile: tokenFile } : {}),
  };
  // The provider checks its address at once, so it is made inside the attempt.
  return answerOf(
    async () => fromHttp({ ...init, timeout: 1000, maxRetries: 1, logger: silent })(),
    (error) => `the container's credentials endpoint gave none (${kindOf(error)})`,
  );
}

async function fromInstance(environment: Environment): Promise<Answer> {
  const disabled = given(environment, 'AWS_EC2_METADATA_DISABLED');
  if (disabled && disabled !== 'false') {
    return { nothing: 'instance metadata is turned off (AWS_EC2_METADATA_DISABLED)' };
  }
  const { fromInstanceMetadata } = await providersOf();
  try {
    return { keys: await fromInstanceMetadata({ timeout: 1000, maxRetries: 0, logger: silent })() };
  } catch (error) {
    return { nothing: `instance metadata not reachable (1 s, ${kindOf(error)})` };
  }
}

/** Asks a source whose failure ends the search. */
async function answerOf(provider: () => Promise<Keys>, explain: (error: unknown) => string): Promise<Answer> {
  try {
    return { keys: await provider() };
  } catch (error) {
    refusePassing(error, explain(error));
    return { nothing: explain(error), final: true };
  }
}

/** A token service that is down or busy is no lack of credentials: the call may be repeated. */
function refusePassing(error: unknown, what: string): void {
  if (isPassing(error)) {
    throw new CredentialsError('Unavailable', `credentials: ${what}: ${kindOf(error)}`);
  }
}

import { CredentialsError } from '../credentials-error.ts';
import type { Environment } from '../environment.ts';
import { readSecret } from '../secret-reference.ts';
import type { SecretReference, SwiftCredentials } from '../store-definition.ts';
import { type AuthFields, signInOf } from './auth-fields.ts';
import { type Cloud, findCloud, missingInCloud } from './clouds.ts';
import { environmentFields, missingVariables } from './environment-fields.ts';
import { type KopsFile, kopsFileFields, readKopsFile } from './kops-file.ts';
import type { Secret, SignIn } from './sign-in.ts';

/** How to sign in, and what else was said where that was found. */
export interface FoundSignIn {
  readonly signIn: SignIn;
  readonly cloud?: Cloud;
  /** The file that kOps reads. It is looked at for the region too, wherever the credentials come from. */
  readonly kopsFile?: KopsFile;
}

/**
 * Finds out how to sign in at Keystone.
 *
 * A store entry's own credentials come first. Without them: the `OS_*` variables, when they say enough, as in kOps; then the cloud that
 * `OS_CLOUD` names; then the file that kOps reads. Rejects with `CredentialsError` that names what is missing in each.
 */
export async function findSignIn(own: SwiftCredentials | undefined, environment: Environment): Promise<FoundSignIn> {
  if (own !== undefined) {
    return 'cloud' in own ? fromCloud(own.cloud, environment) : { signIn: fromEntry(own, environment) };
  }
  const said = signInOf(environmentFields(environment));
  const cloud = environment['OS_CLOUD'];
  if ('missing' in said && cloud) {
    return fromCloud(cloud, environment);
  }
  const kopsFile = await readKopsFile(environment);
  return { signIn: 'missing' in said ? fromKopsFile(kopsFile, missingVariables(said)) : said, kopsFile };
}

async function fromCloud(name: string, environment: Environment): Promise<FoundSignIn> {
  const cloud = await findCloud(name, environment);
  const signIn = signInOf(cloud.fields);
  if ('missing' in signIn) {
    throw new CredentialsError('Unauthenticated', missingInCloud(cloud, signIn));
  }
  return { signIn, cloud };
}

function fromKopsFile(file: KopsFile, missingInEnvironment: string): SignIn {
  try {
    const signIn = signInOf(kopsFileFields(file));
    if (!('missing' in signIn)) {
      return signIn;
    }
    throw new CredentialsError('Unauthenticated', `missing ${signIn.missing.join(' and ')} in section of Default`);
  } catch (error) {
    const { code, message } = error as CredentialsError;
    throw new CredentialsError(code, `${missingInEnvironment}; ${message}`);
  }
}

function fromEntry(own: Exclude<SwiftCredentials, { readonly cloud: string }>, environment: Environment): SignIn {
  const secret = (field: string, at: SecretReference): Secret => {
    return () => readSecret(field, at, environment);
  };
  const fields: AuthFields =
    'applicationCredentialId' in own
      ? {
          authUrl: own.authUrl,
          applicationCredentialId: own.applicationCredentialId,
          applicationCredentialSecret: secret('applicationCredentialSecret', own.applicationCredentialSecret),
        }
      : {
          authUrl: own.authUrl,
          username: own.username,
          userDomainName: own.userDomain,
          password: secret('password', own.password),
          projectName: own.project,
          projectDomainName: own.projectDomain,
        };
  const signIn = signInOf(fields);
  if ('missing' in signIn) {
    throw new CredentialsError('Unauthenticated', `"credentials" of the store lack ${signIn.missing.join(' or ')}`);
  }
  return signIn;
}

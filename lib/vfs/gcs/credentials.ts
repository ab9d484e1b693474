import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AuthClient, PassThroughClient } from 'google-auth-library';
import { CredentialsError } from '../credentials-error.ts';
import { type Environment, given } from '../environment.ts';
import { clientOf } from './auth-clients.ts';
import { awsWorkload } from './aws-identity.ts';
import type { Adapter } from './connections.ts';
import { parseCredentials } from './credentials-json.ts';
import { metadataClient } from './metadata-server.ts';
import type { GcsSettings, SignIn } from './settings.ts';
import { createTransporter } from './transporter.ts';

const variable = 'GOOGLE_APPLICATION_CREDENTIALS';

/** The client that has the tokens of a bucket. Rejects with `CredentialsError`. Google's library reads none of its own variables here. */
export async function authClientOf(signIn: SignIn, environment: Environment, adapter: Adapter): Promise<AuthClient> {
  if ('credentialsFile' in signIn) {
    return fromFile(signIn.credentialsFile, 'credentialsFile', environment, adapter);
  }
  if ('workloadIdentity' in signIn) {
    return clientOf(awsWorkload(signIn.workloadIdentity), 'workloadIdentity', { environment, adapter });
  }
  if ('anonymous' in signIn) {
    return new PassThroughClient({ transporter: createTransporter(adapter) });
  }
  return applicationDefault(environment, adapter);
}

/**
 * Names who is signed in, without secrets: two buckets of which the names are equal are reached by one identity. Server-side copies are
 * tried only then.
 */
export function identityOf({ signIn }: GcsSettings, environment: Environment): string {
  const names = [
    variable,
    'CLOUDSDK_CONFIG',
    'HOME',
    'GCE_METADATA_HOST',
    'AWS_ACCESS_KEY_ID',
    'AWS_PROFILE',
    'AWS_ROLE_ARN',
  ];
  return JSON.stringify([signIn, ...names.map((name) => given(environment, name))]);
}

/**
 * Application default credentials, in Google's order: the file that `GOOGLE_APPLICATION_CREDENTIALS` names, gcloud's own file, the
 * metadata server. A file that is there and unusable ends the search: another identity would be a surprise.
 */
async function applicationDefault(environment: Environment, adapter: Adapter): Promise<AuthClient> {
  const named = given(environment, variable);
  if (named !== undefined) {
    return fromFile(named, variable, environment, adapter);
  }
  const path = wellKnownFile(environment);
  if (path !== undefined && (await isThere(path))) {
    return fromFile(path, 'application default credentials', environment, adapter);
  }
  const found = await metadataClient(environment, adapter);
  if (typeof found !== 'string') {
    return found;
  }
  const reasons = [`${variable} not set`, path === undefined ? 'HOME not set' : `no file ${path}`, found];
  throw new CredentialsError('Unauthenticated', `no credentials: ${reasons.join('; ')}`);
}

/** Where `gcloud auth application-default login` puts its file. */
function wellKnownFile(environment: Environment): string | undefined {
  const home = given(environment, 'HOME');
  const directory = given(environment, 'CLOUDSDK_CONFIG') ?? (home && join(home, '.config', 'gcloud'));
  return directory && join(directory, 'application_default_credentials.json');
}

async function isThere(path: string): Promise<boolean> {
  const code = await access(path).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error.code,
  );
  return code !== 'ENOENT' && code !== 'ENOTDIR';
}

async function fromFile(path: string, field: string, environment: Environment, adapter: Adapter): Promise<AuthClient> {
  const where = `${field}: file ${path}`;
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CredentialsError('Unauthenticated', `${where} cannot be read (${error.code ?? error.name})`);
  });
  return clientOf(parseCredentials(text, where), where, { environment, adapter });
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import type { SecretReference } from '../store-definition.ts';
import { CredentialsError } from './credentials-error.ts';
import { type Environment, given } from './environment.ts';
import { createHandler } from './http-handler.ts';

/** Credentials of AWS, or of a compatible store. */
export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** They are asked for again some minutes before. */
  readonly expiration?: Date;
}

/** How the token service is reached. */
export interface StsConfig {
  readonly region: string;
  readonly endpoint?: string;
  readonly maxAttempts: 1;
  readonly requestHandler: NodeHttpHandler;
}

/** The token service of the region; `AWS_ENDPOINT_URL_STS` or `AWS_ENDPOINT_URL` puts it elsewhere, as for all AWS tools. */
export function stsConfig(region: string, environment: Environment): StsConfig {
  const endpoint = given(environment, 'AWS_ENDPOINT_URL_STS') ?? given(environment, 'AWS_ENDPOINT_URL');
  return {
    region,
    ...(endpoint ? { endpoint } : {}),
    maxAttempts: 1,
    requestHandler: createHandler(),
  };
}

/** The AWS SDK's providers, loaded when the first of them is needed. */
export function providersOf(): Promise<typeof import('@aws-sdk/credential-providers')> {
  return import('@aws-sdk/credential-providers');
}

/** Where the shared configuration files lie, where the environment says. */
export function sharedFiles(environment: Environment): {
  readonly filepath?: string;
  readonly configFilepath?: string;
} {
  const home = given(environment, 'HOME');
  const filepath = given(environment, 'AWS_SHARED_CREDENTIALS_FILE') ?? (home && join(home, '.aws', 'credentials'));
  const configFilepath = given(environment, 'AWS_CONFIG_FILE') ?? (home && join(home, '.aws', 'config'));
  return { ...(filepath ? { filepath } : {}), ...(configFilepath ? { configFilepath } : {}) };
}

/** Reads a secret where a reference points. Rejects with a `CredentialsError` that names the place and the field. */
export async function readSecret(field: string, at: SecretReference, environment: Environment): Promise<string> {
  if ('env' in at) {
    const value = environment[at.env];
    if (value) {
      return value;
    }
    throw new CredentialsError('Unauthenticated', `${field}: environment variable ${at.env} is not set`);
  }
  const text = await readFile(at.file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CredentialsError('Unauthenticated', `${field}: file ${at.file} cannot be read (${error.code})`);
  });
  if (text.trim() === '') {
    throw new CredentialsError('Unauthenticated', `${field}: file ${at.file} is empty`);
  }
  return text.trim();
}

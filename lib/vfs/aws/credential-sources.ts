import { join } from 'node:path';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { type Environment, given } from '../environment.ts';
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

import { type AuthClient, OAuth2Client } from 'google-auth-library';
import { CredentialsError } from '../credentials-error.ts';
import { type Environment, given } from '../environment.ts';
import { SharedFact } from '../shared-fact.ts';
import { storageScopes } from './auth-clients.ts';
import type { Adapter } from './connections.ts';
import { createTransporter } from './transporter.ts';

/** Milliseconds for the question whether there is a metadata server. */
const presenceMs = 1_000;
/** The server gives out the same token until some minutes before it expires. */
const renewedBeforeMs = 225_000;

/**
 * A client with the tokens of the service account that this machine or function runs as ("View and query VM metadata"); `GCE_METADATA_HOST`
 * puts the metadata server elsewhere, and `METADATA_SERVER_DETECTION=none` says that there is none.
 *
 * Resolves to the reason where there is none.
 */
export async function metadataClient(environment: Environment, adapter: Adapter): Promise<AuthClient | string> {
  if (given(environment, 'METADATA_SERVER_DETECTION') === 'none') {
    return 'the metadata server is turned off (METADATA_SERVER_DETECTION)';
  }
  const transporter = createTransporter(adapter);
  const ask = async <T>(path: string, signal?: AbortSignal) => {
    const host = given(environment, 'GCE_METADATA_HOST') ?? '169.254.169.254';
    const url = `http://${host}/computeMetadata/v1/${path}`;
    const answer = await transporter.request<T>({
      url,
      headers: { 'metadata-flavor': 'Google' },
      responseType: 'json',
      ...(signal && { signal }),
    });
    if (answer.headers['metadata-flavor'] !== 'Google') {
      throw new CredentialsError('Unauthenticated', `what answers at ${host} is no metadata server of Google`);
    }
    return answer.data;
  };
  try {
    await ask('instance/', AbortSignal.timeout(presenceMs));
  } catch (error) {
    if (error instanceof CredentialsError) {
      return error.message;
    }
    const { code, name } = error as Partial<NodeJS.ErrnoException>;
    return `the metadata server cannot be reached (1 s, ${code ?? name})`;
  }
  const path = `instance/service-accounts/default/token?scopes=${encodeURIComponent(storageScopes.join(','))}`;
  const token = new SharedFact(() => ask<{ access_token: string; expires_in: number }>(path));
  const client = new OAuth2Client({ transporter, eagerRefreshThresholdMillis: renewedBeforeMs });
  client.refreshHandler = async () => {
    const { access_token, expires_in } = await token.get(new AbortController().signal);
    token.forget(); // The client keeps it for as long as it lasts.
    return { access_token, expiry_date: Date.now() + expires_in * 1000 };
  };
  return client;
}

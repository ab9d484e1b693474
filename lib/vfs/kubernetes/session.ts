import { readFile } from 'node:fs/promises';
import { KubeConfig, type RequestContext, type SecurityAuthentication } from '@kubernetes/client-node';
import { CredentialsError } from '../credentials-error.ts';
import { given } from '../environment.ts';
import type { Access } from './access.ts';
import { inClusterAccess, isInCluster, podNamespace } from './in-cluster.ts';
import { kubeconfigAccess, kubeconfigPaths } from './kubeconfig.ts';
import type { Fields } from './kubeconfig-files.ts';
import type { KubernetesSettings } from './settings.ts';

/** What requests are sent with, until the API server refuses it. */
export interface Session {
  readonly server: string;
  readonly namespace: string;
  /** Puts certificates and credentials into a request. Failures are `CredentialsError`. */
  readonly authentication: SecurityAuthentication;
}

/** Reads credentials, all anew. Rejects with `CredentialsError` where there are none, or some that do not fit. */
export async function openSession(settings: KubernetesSettings): Promise<Session> {
  const access = await accessOf(settings);
  const pod = await isInCluster(settings);
  const namespace = settings.namespace ?? access.namespace ?? (pod ? await podNamespace(settings) : undefined);
  return { server: access.server, namespace: namespace ?? 'default', authentication: authenticationBy(access) };
}

async function accessOf(settings: KubernetesSettings): Promise<Access> {
  const { credentials, context, environment } = settings;
  if (credentials !== undefined && 'inCluster' in credentials) {
    return inClusterAccess(settings);
  }
  const paths = credentials === undefined ? kubeconfigPaths(environment) : [credentials.kubeconfig];
  const access = await kubeconfigAccess(paths, context, environment);
  if (access !== undefined) {
    return access;
  }
  const named = credentials !== undefined || given(environment, 'KUBECONFIG') !== undefined;
  if (!named && context === undefined && (await isInCluster(settings))) {
    return inClusterAccess(settings);
  }
  throw nothingThere(settings, paths);
}

function nothingThere(
  { credentials, context, environment }: KubernetesSettings,
  paths: readonly string[],
): CredentialsError {
  const files = paths.join(', ');
  if (credentials !== undefined) {
    return new CredentialsError('Unauthenticated', `kubeconfig ${files}: there is no such file`);
  }
  if (given(environment, 'KUBECONFIG') !== undefined) {
    return new CredentialsError('Unauthenticated', `KUBECONFIG names ${files || 'no file'}, and there is no such file`);
  }
  const home = files === '' ? 'HOME is not set' : `there is no ${files}`;
  const pod =
    context === undefined
      ? 'this is no pod with a service account'
      : "the context of the URL is none of a pod's service account";
  const reason = `no kubeconfig: KUBECONFIG is not set, ${home}, and ${pod}`;
  return new CredentialsError('Unauthenticated', reason);
}

/**
 * The client's own way to sign in, for what this access says. The client gets a configuration of one context: its merging, its defaults and its
 * in-cluster configuration would read the process's environment and not the one that was passed.
 */
function authenticationBy({ cluster, user, tokenFile }: Access): SecurityAuthentication {
  const config = new KubeConfig();
  config.addAuthenticator({
    isAuthProvider: ({ authProvider }) => (authProvider as Fields | null)?.['name'] === renewedToken,
    applyAuthentication: async (_, options) => {
      options.headers = { ...options.headers, Authorization: `Bearer ${await readToken(tokenFile ?? '')}` };
    },
  });
  config.loadFromString(JSON.stringify(configurationOf(cluster, user, tokenFile)));
  const apply = async (context: RequestContext) => {
    try {
      await config.applySecurityAuthentication(context);
    } catch (error) {
      throw credentialsError(error, user);
    }
  };
  return { getName: () => 'kubeconfig', applySecurityAuthentication: apply };
}

/** By which the client finds the authenticator that reads a token's file. Its own keeps a token for a minute, and the line's end with it. */
const renewedToken = 'statesync-token-file';

function configurationOf(cluster: Fields, user: Fields, tokenFile: string | undefined): object {
  const { token, 'token-file': _, ...others } = user; // The client would read a field that kubeconfigs do not have.
  const renewed = { ...others, 'auth-provider': { name: renewedToken } };
  return {
    clusters: [{ name: 'cluster', cluster }],
    users: [{ name: 'user', user: tokenFile === undefined ? { ...others, token } : renewed }],
    contexts: [{ name: 'context', context: { cluster: 'cluster', user: 'user' } }],
    'current-context': 'context',
  };
}

async function readToken(path: string): Promise<string> {
  const token = await readFile(path, 'utf8');
  if (token.trim() === '') {
    throw new CredentialsError('Unauthenticated', `token file ${path} is empty`);
  }
  return token.trim();
}

/** Why no credentials could be had. What a command printed is not repeated: it may be the credentials. */
function credentialsError(error: unknown, { exec }: Fields): CredentialsError {
  if (error instanceof CredentialsError) {
    return error;
  }
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (path !== undefined && !syscall?.startsWith('spawn')) {
    return new CredentialsError(
      'Unauthenticated',
      `file ${path}, which the kubeconfig names, cannot be read (${code})`,
    );
  }
  const command = (exec as Fields | undefined)?.['command'];
  const what = code === 'ENOENT' ? 'is not there' : 'failed; run it by hand to see why';
  const reason = command === undefined ? 'the kubeconfig gave no credentials' : `credential command ${command} ${what}`;
  return new CredentialsError('Unauthenticated', reason);
}

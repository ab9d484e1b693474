import { access, readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { CredentialsError } from '../credentials-error.ts';
import { given } from '../environment.ts';
import type { Access, AccessOptions } from './access.ts';

/** Whether this runs in a pod that has a service account, by the signs that client-go goes by. */
export async function isInCluster({ environment, serviceAccount }: AccessOptions): Promise<boolean> {
  const named = given(environment, 'KUBERNETES_SERVICE_HOST') && given(environment, 'KUBERNETES_SERVICE_PORT');
  return named !== undefined && (await isThere(join(serviceAccount, 'token')));
}

/** Access as the service account of the pod. Rejects with `CredentialsError` that says what is missing. */
export async function inClusterAccess(options: AccessOptions): Promise<Access> {
  const { environment, serviceAccount } = options;
  const host = needed(options, 'KUBERNETES_SERVICE_HOST');
  const port = needed(options, 'KUBERNETES_SERVICE_PORT');
  const tokenFile = join(serviceAccount, 'token');
  const authority = join(serviceAccount, 'ca.crt');
  for (const path of [tokenFile, authority]) {
    if (!(await isThere(path))) {
      throw notInPod(`there is no ${path}`);
    }
  }
  const server = `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const namespace = await podNamespace({ environment, serviceAccount });
  return { server, cluster: { server, 'certificate-authority': authority }, user: {}, tokenFile, namespace };
}

/** The namespace of the pod that this runs in: `POD_NAMESPACE`, as client-go has it, else what its service account says. */
export async function podNamespace({ environment, serviceAccount }: AccessOptions): Promise<string | undefined> {
  const named = given(environment, 'POD_NAMESPACE');
  if (named !== undefined) {
    return named;
  }
  const text = await readFile(join(serviceAccount, 'namespace'), 'utf8').catch(() => '');
  return text.trim() === '' ? undefined : text.trim();
}

function needed({ environment }: AccessOptions, name: string): string {
  const value = given(environment, name);
  if (value === undefined) {
    throw notInPod(`${name} is not set`);
  }
  return value;
}

function notInPod(what: string): CredentialsError {
  const reason = `the service account of the pod cannot be used: ${what}; is this a pod, and does it mount the token?`;
  return new CredentialsError('Unauthenticated', reason);
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

import { delimiter, join } from 'node:path';
import { CredentialsError } from '../credentials-error.ts';
import { type Environment, given } from '../environment.ts';
import type { Access } from './access.ts';
import { type Fields, isFields, type Kubeconfig, readKubeconfig } from './kubeconfig-files.ts';

/** Where kubeconfigs lie: the files that `KUBECONFIG` names, else `~/.kube/config`. */
export function kubeconfigPaths(environment: Environment): readonly string[] {
  const named = given(environment, 'KUBECONFIG');
  if (named !== undefined) {
    return named.split(delimiter).filter((path) => path !== '');
  }
  const home = given(environment, 'HOME');
  return home === undefined ? [] : [join(home, '.kube', 'config')];
}

/**
 * Access by a context of kubeconfig files; undefined where none of the files is there. Rejects with `CredentialsError` that names what does
 * not fit together.
 */
export async function kubeconfigAccess(
  paths: readonly string[],
  context: string | undefined,
  environment: Environment,
): Promise<Access | undefined> {
  const config = await readKubeconfig(paths);
  return config.paths.length === 0 ? undefined : accessBy(config, contextName(config, context), environment);
}

function contextName(config: Kubeconfig, wanted: string | undefined): string {
  const name = wanted ?? config.currentContext;
  if (name !== undefined && config.contexts.has(name)) {
    return name;
  }
  const known = [...config.contexts.keys()].join(', ') || 'none';
  const what =
    name === undefined
      ? 'no current-context, and the URL names none either: k8s://CONTEXT/…'
      : `no context "${name}", which ${wanted === undefined ? 'current-context' : 'the URL'} names`;
  throw wrong(config, `there is ${what}; the contexts are: ${known}`);
}

function accessBy(config: Kubeconfig, name: string, environment: Environment): Access {
  const { cluster: clusterName, user: userName, namespace } = config.contexts.get(name) ?? {};
  const cluster = config.clusters.get(String(clusterName));
  if (cluster === undefined) {
    throw wrong(config, `context "${name}" names the cluster "${clusterName}", which is not there`);
  }
  const user = userName === undefined ? {} : config.users.get(String(userName));
  if (user === undefined) {
    throw wrong(config, `context "${name}" names the user "${userName}", which is not there`);
  }
  refuseUnsupported(config, user, String(userName));
  const { tokenFile } = user;
  return {
    server: serverOf(config, cluster, String(clusterName)),
    cluster,
    user: withEnvironment(user, environment),
    namespace: typeof namespace === 'string' && namespace !== '' ? namespace : undefined,
    ...(typeof tokenFile === 'string' ? { tokenFile } : {}),
  };
}

/** The address of the API server. It is not repeated while it may hold a password. The client sends nothing in plain unless that is asked for. */
function serverOf(config: Kubeconfig, cluster: Fields, name: string): string {
  const { server } = cluster;
  if (typeof server !== 'string' || !/^https?:\/\//.test(server) || !URL.canParse(server)) {
    throw wrong(config, `cluster "${name}" has no server like https://host:6443`);
  }
  const { username, password, search, hash } = new URL(server);
  if (`${username}${password}${search}${hash}` !== '') {
    throw wrong(
      config,
      `cluster "${name}" has a server with a user, a password or a query; write it like https://host:6443, and give credentials in users`,
    );
  }
  if (server.startsWith('http:') && cluster['insecure-skip-tls-verify'] !== true) {
    throw wrong(
      config,
      `cluster "${name}" has a server in plain http; say insecure-skip-tls-verify: true, or https://`,
    );
  }
  return server.replace(/\/+$/, '');
}

/** Refuses what the client would leave out in silence: requests would be made as somebody with other rights. */
function refuseUnsupported(config: Kubeconfig, user: Fields, name: string): void {
  const field = ['as-uid', 'as-groups', 'as-user-extra'].find((one) => user[one] !== undefined);
  if (field !== undefined) {
    throw wrong(config, `user "${name}" has ${field}, which is not supported; impersonate with "as" alone`);
  }
}

/**
 * The user with the environment that a credential command runs in, and with the variable by which it is asked
 * (`client.authentication.k8s.io`; kubectl always sets it, and some commands fail without).
 */
function withEnvironment(user: Fields, environment: Environment): Fields {
  const { exec } = user;
  if (!isFields(exec)) {
    return user;
  }
  const { apiVersion, env } = exec;
  const question = { kind: 'ExecCredential', apiVersion, spec: { interactive: false } };
  const around = Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
  const asked = { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(question) };
  return { ...user, exec: { ...exec, env: [...around, asked, ...(Array.isArray(env) ? (env as unknown[]) : [])] } };
}

function wrong({ paths }: Kubeconfig, what: string): CredentialsError {
  return new CredentialsError('InvalidArgument', `kubeconfig ${paths.join(', ')}: ${what}`);
}

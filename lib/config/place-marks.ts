import type { StoreDefinition } from '../vfs/store-definition.ts';
import type { Environment } from './env.ts';

type Marks = Readonly<Record<string, string>>;

/**
 * What tells one container of Swift from another of its name: Keystone's host, the region, and whatever names the project.
 *
 * A cloud of `clouds.yaml` and an application credential are known by their names only: which project is theirs stands elsewhere.
 */
export function swiftMarks(
  { region, credentials }: Pick<StoreDefinition, 'region' | 'credentials'>,
  environment: Environment,
): Marks {
  const own = credentials === undefined ? fromEnvironment(environment) : fromCredentials(credentials);
  return known({ region: region ?? environment.OS_REGION_NAME?.replace(/^'|'$/g, ''), ...own });
}

/** What tells one namespace of Kubernetes from another: the context, where it is looked up, and the namespace. Each may be left to a kubeconfig. */
export function kubernetesMarks(
  root: string,
  { credentials }: Pick<StoreDefinition, 'credentials'>,
  environment: Environment,
): Marks {
  const [context, namespace] = root.split('/');
  const isInCluster = credentials !== undefined && 'inCluster' in credentials;
  const own = credentials !== undefined && 'kubeconfig' in credentials ? credentials.kubeconfig : undefined;
  return known({ context, namespace, kubeconfig: isInCluster ? undefined : (own ?? environment.KUBECONFIG) });
}

function fromCredentials(
  credentials: NonNullable<StoreDefinition['credentials']>,
): Readonly<Record<string, string | undefined>> {
  if ('cloud' in credentials) {
    return { cloud: credentials.cloud };
  }
  const keystone = 'authUrl' in credentials ? hostOf(credentials.authUrl) : undefined;
  if ('project' in credentials) {
    return { keystone, project: `${credentials.projectDomain}/${credentials.project}` };
  }
  return 'applicationCredentialId' in credentials
    ? { keystone, applicationCredential: credentials.applicationCredentialId }
    : { keystone };
}

/** As the variables are read when a store is opened: `OS_CLOUD` comes after those that say it themselves. */
function fromEnvironment(environment: Environment): Readonly<Record<string, string | undefined>> {
  const { OS_CLOUD: cloud, OS_AUTH_URL: authUrl, OS_APPLICATION_CREDENTIAL_ID: applicationCredential } = environment;
  if (authUrl === undefined && cloud !== undefined) {
    return { cloud };
  }
  const project = environment.OS_PROJECT_NAME ?? environment.OS_TENANT_NAME;
  const domain = environment.OS_PROJECT_DOMAIN_NAME ?? environment.OS_DOMAIN_NAME;
  return {
    keystone: authUrl === undefined ? undefined : hostOf(authUrl),
    projectId: environment.OS_PROJECT_ID ?? environment.OS_TENANT_ID,
    project: project === undefined || domain === undefined ? undefined : `${domain}/${project}`,
    applicationCredential,
  };
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined;
}

function known(marks: Readonly<Record<string, string | undefined>>): Marks {
  return Object.fromEntries(
    Object.entries(marks).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );
}

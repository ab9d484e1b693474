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
  const ofCloud = credentials !== undefined && 'cloud' in credentials; // The region that its entry may have goes before the variable.
  const variable = ofCloud ? undefined : environment.OS_REGION_NAME?.replace(/^'(.*)'$/s, '$1');
  return known({ region: region ?? variable, ...own });
}

/**
 * What tells one namespace of Kubernetes from another: the context, where it is looked up, and the namespace. Each may be left to a kubeconfig.
 *
 * A context is known by its name only: that two of them lead to one cluster stands in the kubeconfig of whoever opens the stores.
 */
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

/** As the variables are read when a store is opened: `OS_CLOUD`, and then the file that kOps reads, come after those that say enough themselves. */
function fromEnvironment(environment: Environment): Readonly<Record<string, string | undefined>> {
  if (!saysEnough(environment)) {
    return { cloud: environment.OS_CLOUD };
  }
  const project = environment.OS_PROJECT_NAME ?? environment.OS_TENANT_NAME;
  const domain = environment.OS_PROJECT_DOMAIN_NAME ?? environment.OS_DOMAIN_NAME;
  return {
    keystone: hostOf(environment.OS_AUTH_URL ?? ''),
    projectId: environment.OS_PROJECT_ID ?? environment.OS_TENANT_ID,
    project: project === undefined || domain === undefined ? undefined : `${domain}/${project}`,
    applicationCredential: environment.OS_APPLICATION_CREDENTIAL_ID,
  };
}

/** Whether the variables say by themselves how to sign in at Keystone, by the rules of `lib/vfs/swift/auth-fields.ts`, which is loaded with Swift only. */
function saysEnough(environment: Environment): boolean {
  const { OS_AUTH_URL: authUrl, OS_PASSWORD: password, OS_PASSCODE: passcode, OS_AUTH_TYPE: type } = environment;
  const { OS_APPLICATION_CREDENTIAL_ID: id, OS_APPLICATION_CREDENTIAL_NAME: name } = environment;
  const isCredential = (id ?? name) !== undefined;
  if (authUrl === undefined || (isCredential && environment.OS_APPLICATION_CREDENTIAL_SECRET === undefined)) {
    return false;
  }
  const isPreferred = isCredential && (password === undefined || type === 'v3applicationcredential');
  if (isPreferred && id !== undefined) {
    return true;
  }
  const proves = isPreferred || (password ?? passcode ?? id ?? name) !== undefined;
  return proves && saysUser(environment) && (isPreferred || saysScope(environment));
}

function saysUser(environment: Environment): boolean {
  const id = environment.OS_USERID ?? environment.OS_USER_ID;
  return id !== undefined || (environment.OS_USERNAME !== undefined && saysDomain(environment, 'USER'));
}

function saysScope(environment: Environment): boolean {
  const id = environment.OS_PROJECT_ID ?? environment.OS_TENANT_ID;
  const isNamed = id === undefined && (environment.OS_PROJECT_NAME ?? environment.OS_TENANT_NAME) !== undefined;
  return environment.OS_SYSTEM_SCOPE === 'all' || !isNamed || saysDomain(environment, 'PROJECT');
}

function saysDomain(environment: Environment, whose: 'USER' | 'PROJECT'): boolean {
  const names = [`OS_${whose}_DOMAIN_ID`, `OS_${whose}_DOMAIN_NAME`, 'OS_DOMAIN_ID', 'OS_DOMAIN_NAME'];
  return names.some((name) => environment[name] !== undefined);
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined;
}

function known(marks: Readonly<Record<string, string | undefined>>): Marks {
  return Object.fromEntries(
    Object.entries(marks).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );
}

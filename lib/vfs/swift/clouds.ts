import { homedir } from 'node:os';
import { join } from 'node:path';
import { CredentialsError } from '../credentials-error.ts';
import { type Environment, given } from '../environment.ts';
import type { AuthFields, Gap } from './auth-fields.ts';
import { secretOf } from './environment-fields.ts';
import { firstFile, merged, type Tree, treeOf } from './yaml-files.ts';

/** One entry of `clouds.yaml`, as far as Swift needs it. */
export interface Cloud {
  readonly name: string;
  /** The file that has it. */
  readonly path: string;
  readonly fields: AuthFields;
  readonly region?: string;
  readonly interface?: string;
  readonly caCert?: string;
  /** `verify: false`. */
  readonly insecure: boolean;
}

/** Where each field stands in `auth` of an entry. */
const names = {
  authUrl: ['auth_url'],
  userId: ['user_id'],
  username: ['username', 'user_name'],
  userDomainId: ['user_domain_id', 'domain_id'],
  userDomainName: ['user_domain_name', 'domain_name'],
  password: ['password'],
  passcode: ['passcode'],
  projectId: ['project_id', 'tenant_id'],
  projectName: ['project_name', 'tenant_name'],
  projectDomainId: ['project_domain_id', 'domain_id'],
  projectDomainName: ['project_domain_name', 'domain_name'],
  applicationCredentialId: ['application_credential_id'],
  applicationCredentialName: ['application_credential_name'],
  applicationCredentialSecret: ['application_credential_secret'],
} as const;

/** Ways to sign in that are not to be renewed from what a file holds, or are none of Keystone's own. */
const knownTypes = /^(?:v3)?(?:password|applicationcredential|totp|multifactor)$/;

/**
 * Finds an entry of `clouds.yaml`, with what `secure.yaml` adds to it ("Configuring OpenStack SDK Applications"): the first file counts of
 * `OS_CLIENT_CONFIG_FILE`, the working directory, `~/.config/openstack` and `/etc/openstack`; for the secrets the same with `OS_CLIENT_SECURE_FILE`.
 *
 * Rejects with `CredentialsError` that names the cloud and the files, and repeats nothing of them.
 */
export async function findCloud(
  name: string,
  environment: Environment,
  directories: readonly string[] = directoriesOf(environment),
): Promise<Cloud> {
  const places = (file: string, variable: string) => [
    ...[given(environment, variable)].filter((path) => path !== undefined),
    ...directories.map((directory) => join(directory, file)),
  ];
  const candidates = places('clouds.yaml', 'OS_CLIENT_CONFIG_FILE');
  const clouds = await firstFile(candidates);
  if (clouds === undefined) {
    throw new CredentialsError('Unauthenticated', `cloud ${quoted(name)}: there is none of ${candidates.join(', ')}`);
  }
  const secure = await firstFile(places('secure.yaml', 'OS_CLIENT_SECURE_FILE'));
  const open = entryOf(clouds.tree, name);
  if (open === undefined) {
    const known = Object.keys(treeOf(clouds.tree['clouds'])).map(quoted).join(', ') || 'none';
    throw new CredentialsError('Unauthenticated', `${clouds.path} has no cloud ${quoted(name)}; it has ${known}`);
  }
  const secret = secure && entryOf(secure.tree, name);
  return cloudOf(name, clouds.path, secret === undefined ? open : merged(open, secret));
}

/** What is missing in an entry. */
export function missingInCloud({ name, path }: Cloud, { missing }: Gap): string {
  const fields = missing.flatMap((field) => (names as Partial<Record<string, readonly string[]>>)[field]?.[0] ?? []);
  const what = fields.length === 1 ? fields[0] : `one of ${fields.join(', ')}`;
  return `cloud ${quoted(name)} of ${path} lacks ${what} in "auth"`;
}

function cloudOf(name: string, path: string, entry: Tree): Cloud {
  const auth = treeOf(entry['auth']);
  const type = textOf(entry['auth_type']) ?? 'password';
  if (!knownTypes.test(type)) {
    const reason = `cloud ${quoted(name)} of ${path} signs in by ${quoted(type)}; Swift is signed in at by password, application credential or one-time password`;
    throw new CredentialsError('Unauthenticated', reason);
  }
  const value = (field: keyof typeof names) => {
    const found = names[field].find((one) => textOf(auth[one] ?? entry[one]) !== undefined);
    return found && textOf(auth[found] ?? entry[found]);
  };
  const region = textOf(entry['region_name']);
  const choice = textOf(entry['interface']) ?? textOf(entry['endpoint_type']);
  const caCert = textOf(entry['cacert']);
  return {
    name,
    path,
    fields: {
      authUrl: value('authUrl'),
      userId: value('userId'),
      username: value('username'),
      userDomainId: value('userDomainId'),
      userDomainName: value('userDomainName'),
      password: secretOf(value('password')),
      passcode: secretOf(value('passcode')),
      projectId: value('projectId'),
      projectName: value('projectName'),
      projectDomainId: value('projectDomainId'),
      projectDomainName: value('projectDomainName'),
      applicationCredentialId: value('applicationCredentialId'),
      applicationCredentialName: value('applicationCredentialName'),
      applicationCredentialSecret: secretOf(value('applicationCredentialSecret')),
      systemScope: textOf(auth['system_scope']) === 'all',
      prefersApplicationCredential: type.endsWith('applicationcredential'),
    },
    ...(region === undefined ? {} : { region }),
    ...(choice === undefined ? {} : { interface: choice }),
    ...(caCert === undefined ? {} : { caCert }),
    insecure: entry['verify'] === false,
  };
}

function directoriesOf(environment: Environment): readonly string[] {
  const home = given(environment, 'HOME') ?? homedir();
  return [process.cwd(), join(home, '.config', 'openstack'), '/etc/openstack'];
}

function entryOf(tree: Tree, name: string): Tree | undefined {
  const clouds = treeOf(tree['clouds']);
  return Object.hasOwn(clouds, name) ? treeOf(clouds[name]) : undefined;
}

/** Ids of digits alone are numbers in YAML. */
function textOf(value: unknown): string | undefined {
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

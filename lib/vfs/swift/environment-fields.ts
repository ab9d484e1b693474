import { type Environment, given } from '../environment.ts';
import type { AuthFields, Gap } from './auth-fields.ts';
import type { Secret } from './sign-in.ts';

/**
 * The variables of each field; the first that is set counts.
 *
 * Those of gophercloud's `AuthOptionsFromEnv`, which kOps reads, and those that the openrc files of OpenStack's dashboard set for the domains of user
 * and project and for the user's id. `OS_DOMAIN_*` stands for both domains, as in kOps.
 */
const variables = {
  authUrl: ['OS_AUTH_URL'],
  userId: ['OS_USERID', 'OS_USER_ID'],
  username: ['OS_USERNAME'],
  password: ['OS_PASSWORD'],
  passcode: ['OS_PASSCODE'],
  projectId: ['OS_PROJECT_ID', 'OS_TENANT_ID'],
  projectName: ['OS_PROJECT_NAME', 'OS_TENANT_NAME'],
  applicationCredentialId: ['OS_APPLICATION_CREDENTIAL_ID'],
  applicationCredentialName: ['OS_APPLICATION_CREDENTIAL_NAME'],
  applicationCredentialSecret: ['OS_APPLICATION_CREDENTIAL_SECRET'],
} as const satisfies Partial<Record<keyof AuthFields, readonly string[]>>;

const domainVariables = (whose: string) => [
  `OS_${whose}_DOMAIN_ID`,
  `OS_${whose}_DOMAIN_NAME`,
  'OS_DOMAIN_ID',
  'OS_DOMAIN_NAME',
];

/** What the `OS_*` variables say about signing in. */
export function environmentFields(environment: Environment): AuthFields {
  const text = (field: keyof typeof variables) => firstOf(environment, variables[field]);
  const userDomain = domainOf(environment, 'USER');
  const projectDomain = domainOf(environment, 'PROJECT');
  return {
    authUrl: text('authUrl'),
    userId: text('userId'),
    username: text('username'),
    userDomainId: userDomain.id,
    userDomainName: userDomain.name,
    password: secretOf(text('password')),
    passcode: secretOf(text('passcode')),
    projectId: text('projectId'),
    projectName: text('projectName'),
    projectDomainId: projectDomain.id,
    projectDomainName: projectDomain.name,
    applicationCredentialId: text('applicationCredentialId'),
    applicationCredentialName: text('applicationCredentialName'),
    applicationCredentialSecret: secretOf(text('applicationCredentialSecret')),
    systemScope: environment['OS_SYSTEM_SCOPE'] === 'all',
    prefersApplicationCredential: environment['OS_AUTH_TYPE'] === 'v3applicationcredential',
  };
}

/** What is missing among the variables, in gophercloud's words. */
export function missingVariables({ missing }: Gap): string {
  const names = [...new Set(missing.flatMap(namesOf))];
  return names.length === 1
    ? `Missing environment variable [${names[0]}]`
    : `Missing one of the following environment variables [${names.join(', ')}]`;
}

/** A secret that is known already. */
export function secretOf(value: string | undefined): Secret | undefined {
  return value === undefined || value === '' ? undefined : async () => value;
}

function namesOf(field: keyof AuthFields): readonly string[] {
  if (field === 'userDomainId' || field === 'userDomainName') {
    return domainVariables('USER');
  }
  if (field === 'projectDomainId' || field === 'projectDomainName') {
    return domainVariables('PROJECT');
  }
  return gophercloudNames[field] ?? [];
}

/** The names by which gophercloud asks for a field. */
const gophercloudNames: Partial<Record<keyof AuthFields, readonly string[]>> = {
  authUrl: ['OS_AUTH_URL'],
  userId: ['OS_USERID'],
  username: ['OS_USERNAME'],
  password: ['OS_PASSWORD'],
  projectId: ['OS_PROJECT_ID'],
  applicationCredentialSecret: ['OS_APPLICATION_CREDENTIAL_SECRET'],
};

/** What is particular goes before what is general, and an id before a name. */
function domainOf(environment: Environment, whose: string): { readonly id?: string; readonly name?: string } {
  const name = domainVariables(whose).find((variable) => given(environment, variable) !== undefined);
  const value = name && given(environment, name);
  if (name === undefined || value === undefined) {
    return {};
  }
  return name.endsWith('_ID') ? { id: value } : { name: value };
}

function firstOf(environment: Environment, names: readonly string[]): string | undefined {
  return names.map((name) => given(environment, name)).find((value) => value !== undefined);
}

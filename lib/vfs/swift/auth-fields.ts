import { CredentialsError } from '../credentials-error.ts';
import type { Domain, Proof, Scope, Secret, SignIn, User } from './sign-in.ts';

/** What is said about signing in, whoever says it: variables, a file, a store entry. */
export interface AuthFields {
  readonly authUrl?: string | undefined;
  readonly userId?: string | undefined;
  readonly username?: string | undefined;
  readonly userDomainId?: string | undefined;
  readonly userDomainName?: string | undefined;
  readonly password?: Secret | undefined;
  /** A time-based one-time password. */
  readonly passcode?: Secret | undefined;
  readonly projectId?: string | undefined;
  readonly projectName?: string | undefined;
  readonly projectDomainId?: string | undefined;
  readonly projectDomainName?: string | undefined;
  readonly applicationCredentialId?: string | undefined;
  readonly applicationCredentialName?: string | undefined;
  readonly applicationCredentialSecret?: Secret | undefined;
  /** Whether the scope is the whole system. */
  readonly systemScope?: boolean;
  /** Whether an application credential goes before a password. */
  readonly prefersApplicationCredential?: boolean;
}

/** What is missing: any one of these fields would do. */
export interface Gap {
  readonly missing: readonly (keyof AuthFields)[];
}

/**
 * Makes a sign-in of what was said, or says what is missing.
 *
 * What is needed, and in which order it is looked at, is as in gophercloud's `AuthOptionsFromEnv`, on which kOps relies: a password goes before an
 * application credential. A domain is needed only where something is named by its name. Throws `CredentialsError` for an address that cannot be Keystone's.
 */
export function signInOf(fields: AuthFields): SignIn | Gap {
  const gap = gapOf(fields);
  if (gap !== undefined) {
    return { missing: gap };
  }
  const proof = proofOf(fields);
  if ('missing' in proof) {
    return proof;
  }
  const scope = proof.kind === 'application-credential' ? ({ kind: 'default' } as const) : scopeOf(fields);
  return 'missing' in scope ? scope : { authUrl: keystoneUrl(fields.authUrl ?? ''), proof, scope };
}

function gapOf(fields: AuthFields): Gap['missing'] | undefined {
  const { applicationCredentialId: id, applicationCredentialName: name, applicationCredentialSecret: secret } = fields;
  if (!fields.authUrl) {
    return ['authUrl'];
  }
  if (!fields.userId && !fields.username && !id && !secret) {
    return ['userId', 'username'];
  }
  if (!fields.password && !fields.passcode && !id && !name) {
    return ['password'];
  }
  return (id || name) && !secret ? ['applicationCredentialSecret'] : undefined;
}

function proofOf(fields: AuthFields): Proof | Gap {
  const { password, passcode, applicationCredentialId: id, applicationCredentialName: name } = fields;
  const secret = fields.applicationCredentialSecret;
  const isCredential = secret !== undefined && (Boolean(id) || Boolean(name));
  if (isCredential && id && (password === undefined || fields.prefersApplicationCredential === true)) {
    return { kind: 'application-credential', id, secret };
  }
  const user = userOf(fields);
  if ('missing' in user) {
    return user;
  }
  if (isCredential && name && (password === undefined || fields.prefersApplicationCredential === true)) {
    return { kind: 'application-credential', name, user, secret };
  }
  return { kind: 'password', user, ...(password && { password }), ...(passcode && { passcode }) };
}

function userOf({ userId, username, userDomainId, userDomainName }: AuthFields): User | Gap {
  if (userId) {
    return { id: userId };
  }
  if (!username) {
    return { missing: ['userId', 'username'] };
  }
  const domain = domainOf(userDomainId, userDomainName);
  return domain === undefined ? { missing: ['userDomainId', 'userDomainName'] } : { name: username, domain };
}

function scopeOf({ systemScope, projectId, projectName, projectDomainId, projectDomainName }: AuthFields): Scope | Gap {
  if (systemScope === true) {
    return { kind: 'system' };
  }
  if (projectId) {
    return { kind: 'project', id: projectId };
  }
  if (!projectName) {
    return { kind: 'default' };
  }
  const domain = domainOf(projectDomainId, projectDomainName);
  return domain === undefined
    ? { missing: ['projectId', 'projectDomainId', 'projectDomainName'] }
    : { kind: 'project', name: projectName, domain };
}

function domainOf(id: string | undefined, name: string | undefined): Domain | undefined {
  return id ? { id } : name ? { name } : undefined;
}

/** The address of Keystone v3. Clouds name it with the version or without. */
function keystoneUrl(text: string): string {
  const { protocol, pathname, username, password } = URL.canParse(text) ? new URL(text) : new URL('none:');
  if ((protocol !== 'http:' && protocol !== 'https:') || username !== '' || password !== '') {
    const reason = 'the address of Keystone is no URL like https://keystone.example.com:5000/v3';
    throw new CredentialsError('InvalidArgument', reason);
  }
  const path = pathname.replace(/\/+$/, '');
  if (path.endsWith('/v2.0')) {
    const reason = `${text} is the address of Keystone v2.0; give that of v3, which ends in /v3`;
    throw new CredentialsError('InvalidArgument', reason);
  }
  return `${new URL(text).origin}${path.endsWith('/v3') ? path : `${path}/v3`}`;
}

import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CredentialsError } from '../credentials-error.ts';
import { type Environment, given } from '../environment.ts';
import type { AuthFields } from './auth-fields.ts';
import type { ServiceChoice } from './catalogue.ts';
import { secretOf } from './environment-fields.ts';
import { type IniFile, parseIni } from './ini.ts';

/** The file from which kOps takes what the environment does not say (`util/pkg/vfs/swiftfs.go`). */
export interface KopsFile {
  readonly path: string;
  /** Undefined where there is no such file. */
  readonly content: IniFile | undefined;
}

/** Reads `OPENSTACK_CREDENTIAL_FILE`, or `~/.openstack/config`. Rejects with `CredentialsError` for a file that cannot be read. */
export async function readKopsFile(environment: Environment): Promise<KopsFile> {
  const home = given(environment, 'HOME') ?? homedir();
  const path = given(environment, 'OPENSTACK_CREDENTIAL_FILE') ?? join(home, '.openstack', 'config');
  try {
    return { path, content: parseIni(await readFile(path, 'utf8')) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      return { path, content: undefined };
    }
    throw new CredentialsError('Unauthenticated', `error loading config file: ${path}: ${code ?? message}`);
  }
}

/** What must stand in `[Default]`: each of these, or one of two. */
const needed = [
  ['identity'],
  ['password'],
  ['user', 'user_id'],
  ['domain_name', 'domain_id'],
  ['tenant_name', 'tenant_id'],
] as const;

/** What the section `[Default]` says about signing in. Throws `CredentialsError` in kOps's words for what is missing. */
export function kopsFileFields({ path, content }: KopsFile): AuthFields {
  if (content === undefined) {
    throw new CredentialsError('Unauthenticated', `error loading config file: there is no ${path}`);
  }
  const section = content.get('Default');
  if (section === undefined) {
    const reason = `error getting section of Default: there is no section [Default] in ${path}`;
    throw new CredentialsError('Unauthenticated', reason);
  }
  const value = (name: string) => section.get(name) || undefined;
  const gap = needed.find((names) => names.every((name) => value(name) === undefined));
  if (gap !== undefined) {
    const reason = `missing ${gap.join(' and ')} in section of Default: ${path}`;
    throw new CredentialsError('Unauthenticated', reason);
  }
  const [domainId, domainName] = [value('domain_id'), value('domain_name')];
  return {
    authUrl: value('identity'),
    userId: value('user_id'),
    username: value('user'),
    userDomainId: domainId,
    userDomainName: domainName,
    password: secretOf(value('password')),
    projectId: value('tenant_id'),
    projectName: value('tenant_name'),
    projectDomainId: domainId,
    projectDomainName: domainName,
  };
}

/**
 * Which service the file names: `region` of `[Global]`; where there is no such section, `[Swift]`. Throws `CredentialsError` for a section `[Swift]`
 * without a region, as kOps does.
 */
export function kopsFileService({
  path,
  content,
}: KopsFile): Partial<ServiceChoice> & { readonly availability?: string } {
  const global = content?.get('Global');
  if (global !== undefined) {
    return defined({ region: global.get('region') });
  }
  const swift = content?.get('Swift');
  if (swift === undefined) {
    return {};
  }
  if (!swift.get('region')) {
    throw new CredentialsError('InvalidArgument', `missing region in section of Swift: ${path}`);
  }
  return defined({
    region: swift.get('region'),
    serviceType: swift.get('service_type'),
    serviceName: swift.get('service_name'),
    availability: swift.get('availability'),
  });
}

function defined<T extends Record<string, string | undefined>>(fields: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value)) as { [K in keyof T]?: string };
}

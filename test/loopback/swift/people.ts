import { randomUUID } from 'node:crypto';

export interface Domain {
  readonly id?: string;
  readonly name?: string;
}

export interface Project {
  readonly id: string;
  readonly name: string;
  readonly domain: Required<Domain>;
}

export interface User {
  readonly id: string;
  readonly name: string;
  readonly domain: Required<Domain>;
  readonly password: string;
  /** What a one-time password is at the moment. */
  readonly passcode?: string;
  readonly isAdmin: boolean;
  /** The default project. */
  readonly project: Project | undefined;
  /** Roles by the id of the project. */
  readonly roles: ReadonlyMap<string, 'member' | 'reader'>;
}

export interface ApplicationCredential {
  readonly id: string;
  readonly name: string;
  readonly secret: string;
  readonly user: User;
  readonly project: Project;
}

/** By what somebody or something is named in a request. */
interface Named {
  readonly id?: string;
  readonly name?: string;
  readonly domain?: Domain;
}

/** Users, projects and application credentials. Ids are hexadecimal, as Keystone makes them. */
export class People {
  readonly #projects: Project[] = [];
  readonly #users: User[] = [];
  readonly #credentials: ApplicationCredential[] = [];

  addProject(name: string, domain = 'Default'): Project {
    const project = { id: newId(), name, domain: domainNamed(domain) };
    this.#projects.push(project);
    return project;
  }

  addUser(
    name: string,
    { password, passcode, domain = 'Default', project, role = 'member', isAdmin = false }: NewUser,
  ): User {
    const roles = new Map(project === undefined ? [] : [[project.id, role] as const]);
    const user: User = {
      id: newId(),
      name,
      domain: domainNamed(domain),
      password,
      ...(passcode === undefined ? {} : { passcode }),
      isAdmin,
      project,
      roles,
    };
    this.#users.push(user);
    return user;
  }

  addApplicationCredential(name: string, user: User, project: Project): ApplicationCredential {
    const credential = { id: newId(), name, secret: `secret-${newId()}`, user, project };
    this.#credentials.push(credential);
    return credential;
  }

  userOf(named: Named): User | undefined {
    return this.#users.find((user) => isNamed(user, named));
  }

  projectOf(named: Named): Project | undefined {
    return this.#projects.find((project) => isNamed(project, named));
  }

  /** By its id, or by its name and its user. */
  credentialOf({ id, name, secret, user }: Named & { readonly secret?: string; readonly user?: Named }) {
    return this.#credentials.find(
      (one) =>
        one.secret === secret &&
        (id === undefined ? one.name === name && user !== undefined && isNamed(one.user, user) : one.id === id),
    );
  }
}

interface NewUser {
  readonly password: string;
  readonly passcode?: string;
  readonly domain?: string;
  readonly project?: Project;
  readonly role?: 'member' | 'reader';
  readonly isAdmin?: boolean;
}

/** A name counts together with its domain only. */
function isNamed(one: Project | User, { id, name, domain }: Named): boolean {
  if (id !== undefined) {
    return one.id === id;
  }
  const isThere = domain?.id === undefined ? one.domain.name === domain?.name : one.domain.id === domain.id;
  return one.name === name && isThere;
}

/** The domain "Default" has the id `default`; others have ids like everything else, here told by their names. */
function domainNamed(name: string): Required<Domain> {
  return { id: name === 'Default' ? 'default' : `id-of-${name.toLowerCase()}`, name };
}

function newId(): string {
  return randomUUID().replaceAll('-', '');
}

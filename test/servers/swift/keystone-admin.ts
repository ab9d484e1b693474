/** Who may do everything in a new Keystone. */
export const admin = { name: 'admin', project: 'admin' } as const;

/** Somebody who was added, and the project that they work in. */
export interface Member {
  readonly name: string;
  readonly password: string;
  readonly userId: string;
  readonly project: string;
  readonly projectId: string;
}

export interface AddedCredential {
  readonly id: string;
  readonly name: string;
  readonly secret: string;
}

interface Named {
  readonly id: string;
  readonly name: string;
}

/** What tests and their set-up do in Keystone, over its API. Everything is in the domain "Default". */
export class KeystoneAdmin {
  readonly #authUrl: string;
  readonly #password: string;

  constructor(authUrl: string, password: string) {
    this.#authUrl = authUrl;
    this.#password = password;
  }

  /** Adds a user with a role in a project of the same name, unless another is named. */
  async add(name: string, password: string, role: string, project = name): Promise<Member> {
    const token = await this.#token();
    const projectId =
      (await this.#named(token, 'project', project)) ?? (await this.#make(token, 'project', { name: project })).id;
    const user = await this.#make(token, 'user', { name, password });
    const roleId = (await this.#named(token, 'role', role)) ?? (await this.#make(token, 'role', { name: role })).id;
    await this.#call('PUT', `/projects/${projectId}/users/${user.id}/roles/${roleId}`, token);
    return { name, password, userId: user.id, project, projectId };
  }

  /** Makes Keystone know where Swift is: in two regions, of which the second is nowhere. */
  async addSwift(origin: string): Promise<void> {
    const token = await this.#token();
    const service = await this.#make(token, 'service', { name: 'swift', type: 'object-store' });
    const regions = [
      ['RegionOne', origin],
      ['Elsewhere', 'http://127.0.0.1:1'],
    ] as const;
    for (const [region, at] of regions) {
      await this.#call('PUT', `/regions/${region}`, token, { region: {} }).catch(() => {}); // It may be there.
      for (const name of ['public', 'internal', 'admin']) {
        const url = `${at}/v1/AUTH_%(project_id)s`;
        await this.#make(token, 'endpoint', { interface: name, region_id: region, service_id: service.id, url });
      }
    }
  }

  /** Somebody's application credential, which only they can make. */
  async addCredential({ userId, password, projectId }: Member, name: string): Promise<AddedCredential> {
    const user = { id: userId, password };
    const token = await this.#issue({ user, scope: { project: { id: projectId } } });
    const path = `/users/${userId}/application_credentials`;
    const answer = await this.#call('POST', path, token, { application_credential: { name } });
    return (answer as { readonly application_credential: AddedCredential }).application_credential;
  }

  /** Gives somebody another password, which ends their tokens. */
  async changePassword({ userId }: Member, password: string): Promise<void> {
    await this.#call('PATCH', `/users/${userId}`, await this.#token(), { user: { password } });
  }

  async #make(token: string, kind: string, fields: object): Promise<Named> {
    const answer = await this.#call('POST', `/${kind}s`, token, { [kind]: fields });
    return (answer as Record<string, Named>)[kind] as Named;
  }

  async #named(token: string, kind: string, name: string): Promise<string | undefined> {
    const answer = await this.#call('GET', `/${kind}s?${new URLSearchParams({ name })}`, token);
    return (answer as Record<string, readonly Named[]>)[`${kind}s`]?.[0]?.id;
  }

  #token(): Promise<string> {
    const domain = { id: 'default' };
    const user = { name: admin.name, domain, password: this.#password };
    return this.#issue({ user, scope: { project: { name: admin.project, domain } } });
  }

  async #issue({ user, scope }: { readonly user: object; readonly scope: object }): Promise<string> {
    const auth = { identity: { methods: ['password'], password: { user } }, scope };
    const response = await this.#send('POST', '/auth/tokens', { auth });
    await response.arrayBuffer();
    return response.headers.get('x-subject-token') ?? '';
  }

  async #call(method: string, path: string, token: string, body?: object): Promise<unknown> {
    const text = await (await this.#send(method, path, body, token)).text();
    return text === '' ? {} : JSON.parse(text);
  }

  async #send(method: string, path: string, body?: object, token?: string): Promise<Response> {
    const response = await fetch(`${this.#authUrl}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        connection: 'close',
        ...(token === undefined ? {} : { 'x-auth-token': token }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) {
      throw new Error(`Keystone: ${method} ${path}: status ${response.status}: ${await response.text()}`);
    }
    return response;
  }
}

import type { SwiftEndpoint } from './endpoint.ts';
import type { Member } from './keystone-admin.ts';

/** A plain client of one account of Swift, which shares nothing with the driver. */
export interface PlainClient {
  /** Where the account lies. */
  readonly url: string;
  /** Makes a container. */
  make(container: string): Promise<void>;
  put(container: string, name: string, body: Uint8Array): Promise<void>;
  get(container: string, name: string): Promise<Uint8Array>;
  remove(container: string, name: string): Promise<void>;
  /** Names in the order of the listing; up to 10,000. */
  names(container: string, prefix?: string): Promise<readonly string[]>;
}

/** Signs in as somebody, with their password. */
export async function plainClient({ authUrl, region }: SwiftEndpoint, who: Member): Promise<PlainClient> {
  const { token, url } = await signIn(authUrl, region, who);
  const call = async (method: string, path: string, body?: Uint8Array): Promise<Response> => {
    const headers = { 'x-auth-token': token, 'content-type': 'application/octet-stream' };
    const response = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
    if (!response.ok) {
      throw new Error(`${method} ${path}: status ${response.status}: ${await response.text()}`);
    }
    return response;
  };
  const done = async (answer: Promise<Response>) => void (await (await answer).arrayBuffer());
  const pathOf = (container: string, name: string) =>
    `/${container}/${name.split('/').map(encodeURIComponent).join('/')}`;
  return {
    url,
    make: (container) => done(call('PUT', `/${container}`)),
    put: (container, name, body) => done(call('PUT', pathOf(container, name), body)),
    get: async (container, name) => new Uint8Array(await (await call('GET', pathOf(container, name))).arrayBuffer()),
    remove: (container, name) => done(call('DELETE', pathOf(container, name))),
    names: async (container, prefix = '') => {
      const query = new URLSearchParams({ format: 'json', prefix });
      const listed = (await (await call('GET', `/${container}?${query}`)).json()) as { readonly name: string }[];
      return listed.map(({ name }) => name);
    },
  };
}

interface Service {
  readonly type: string;
  readonly endpoints: readonly { readonly interface: string; readonly region_id: string; readonly url: string }[];
}

async function signIn(
  authUrl: string,
  region: string,
  { userId, password, projectId }: Member,
): Promise<{ readonly token: string; readonly url: string }> {
  const auth = {
    identity: { methods: ['password'], password: { user: { id: userId, password } } },
    scope: { project: { id: projectId } },
  };
  const headers = { 'content-type': 'application/json', connection: 'close' };
  const response = await fetch(`${authUrl}/auth/tokens`, { method: 'POST', headers, body: JSON.stringify({ auth }) });
  const { token } = (await response.json()) as { readonly token: { readonly catalog: readonly Service[] } };
  const service = token.catalog.find(({ type }) => type === 'object-store');
  const url = service?.endpoints.find((one) => one.interface === 'public' && one.region_id === region)?.url;
  if (url === undefined) {
    throw new Error(`Keystone at ${authUrl} knows no Swift in ${region}`);
  }
  return { token: response.headers.get('x-subject-token') ?? '', url };
}

import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../../../lib/flow/clock.ts';
import type { Answer } from './answer.ts';
import { type ApplicationCredential, type Domain, People, type Project, type User } from './people.ts';

/** An endpoint of Swift in the catalogue. */
export interface CatalogueEndpoint {
  readonly region: string;
  readonly interface: 'public' | 'internal' | 'admin';
  /** Scheme, host and port. */
  readonly origin: string;
}

interface Token {
  readonly user: User;
  /** Undefined for a token of the whole system. */
  readonly project: Project | undefined;
  readonly expiresAt: number;
}

/** The body of a request, as far as it is looked at (Identity API v3, "Authentication and token management"). */
interface AuthRequest {
  readonly auth?: {
    readonly identity?: {
      readonly methods?: readonly string[];
      readonly password?: { readonly user?: NamedUser & { readonly password?: string } };
      readonly totp?: { readonly user?: NamedUser & { readonly passcode?: string } };
      readonly application_credential?: {
        readonly id?: string;
        readonly name?: string;
        readonly secret?: string;
        readonly user?: NamedUser;
      };
    };
    readonly scope?: {
      readonly project?: { readonly id?: string; readonly name?: string; readonly domain?: Domain };
      readonly system?: { readonly all?: boolean };
    };
  };
}

interface NamedUser {
  readonly id?: string;
  readonly name?: string;
  readonly domain?: Domain;
}

const unauthorized: Answer = errorAnswer(401, 'The request you have made requires authentication.');

/** Keystone v3: who may have a token, and what it is good for. https://docs.openstack.org/api-ref/identity/v3/ */
export class Keystone {
  readonly people = new People();
  /** Milliseconds. */
  tokenLife = 3_600_000;
  readonly #clock: Clock;
  readonly #endpoints: () => readonly CatalogueEndpoint[];
  readonly #tokens = new Map<string, Token>();

  constructor(clock: Clock, endpoints: () => readonly CatalogueEndpoint[]) {
    this.#clock = clock;
    this.#endpoints = endpoints;
  }

  /** `POST /v3/auth/tokens`. */
  issue(body: Uint8Array): Answer {
    const request = parsed(body);
    const { identity, scope } = request?.auth ?? {};
    if (identity?.methods === undefined || identity.methods.length === 0) {
      return errorAnswer(400, "'identity' is a required property");
    }
    const proved = this.#prove(identity);
    if (proved === undefined) {
      return unauthorized;
    }
    if ('secret' in proved) {
      // An application credential is for one project; asking for a scope is refused.
      return scope === undefined ? this.#answer(proved.user, proved.project, identity.methods) : unauthorized;
    }
    if (scope?.system?.all === true) {
      return proved.isAdmin ? this.#answer(proved, undefined, identity.methods) : unauthorized;
    }
    if (scope?.project !== undefined && scope.project.id === undefined && scope.project.domain === undefined) {
      return errorAnswer(400, 'Expecting to find domain in project.');
    }
    const project = scope?.project === undefined ? proved.project : this.people.projectOf(scope.project);
    return project === undefined || !proved.roles.has(project.id)
      ? unauthorized
      : this.#answer(proved, project, identity.methods);
  }

  /** Whom a token is for; undefined for one that is unknown or has ended. */
  tokenOf(text: string | undefined): Token | undefined {
    const token = this.#tokens.get(text ?? '');
    return token !== undefined && this.#clock.now() < token.expiresAt ? token : undefined;
  }

  /** Makes all tokens end now. */
  revokeAll(): void {
    this.#tokens.clear();
  }

  /** All tokens that were issued, for a search in output. */
  get issued(): readonly string[] {
    return [...this.#tokens.keys()];
  }

  #prove(
    identity: NonNullable<NonNullable<AuthRequest['auth']>['identity']>,
  ): User | ApplicationCredential | undefined {
    const users: (User | undefined)[] = [];
    for (const method of identity.methods ?? []) {
      if (method === 'application_credential') {
        return this.people.credentialOf(identity.application_credential ?? {});
      }
      const said = method === 'password' ? identity.password?.user : identity.totp?.user;
      const user = said && this.people.userOf(said);
      const secret = method === 'password' ? identity.password?.user?.password : identity.totp?.user?.passcode;
      const wanted = method === 'password' ? user?.password : user?.passcode;
      users.push(secret !== undefined && secret === wanted ? user : undefined);
    }
    return users.every((user) => user !== undefined && user === users[0]) ? users[0] : undefined;
  }

  #answer(user: User, project: Project | undefined, methods: readonly string[]): Answer {
    const text = `gAAAAA${randomBytes(24).toString('base64url')}`;
    const now = this.#clock.now();
    this.#tokens.set(text, { user, project, expiresAt: now + this.tokenLife });
    const token = {
      methods,
      user: { id: user.id, name: user.name, domain: user.domain },
      issued_at: new Date(now).toISOString(),
      expires_at: new Date(now + this.tokenLife).toISOString(),
      ...(project === undefined ? { system: { all: true } } : { project }),
      catalog: this.#catalogue(project),
    };
    return {
      status: 201,
      headers: { 'content-type': 'application/json', 'x-subject-token': text },
      body: JSON.stringify({ token }),
    };
  }

  /** Addresses have the project's id in them; a token without a project has none. */
  #catalogue(project: Project | undefined): readonly object[] {
    const identity = { type: 'identity', name: 'keystone', id: randomUUID(), endpoints: [] };
    const endpoints = this.#endpoints().map(({ region, interface: name, origin }) => ({
      id: randomUUID(),
      interface: name,
      region,
      region_id: region,
      url: `${origin}/v1/AUTH_${project?.id}`,
    }));
    return project === undefined ? [identity] : [identity, { type: 'object-store', name: 'swift', endpoints }];
  }
}

function parsed(body: Uint8Array): AuthRequest | undefined {
  try {
    return JSON.parse(Buffer.from(body).toString()) as AuthRequest;
  } catch {
    return undefined;
  }
}

function errorAnswer(code: number, message: string): Answer {
  const title = code === 401 ? 'Unauthorized' : 'Bad Request';
  const body = JSON.stringify({ error: { code, message, title } });
  return { status: code, headers: { 'content-type': 'application/json' }, body };
}

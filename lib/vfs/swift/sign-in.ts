/** A domain, as Keystone takes it. */
export type Domain = { readonly id: string } | { readonly name: string };

/** A secret that is read when it is needed, so that one that was changed is taken at the next sign-in. */
export type Secret = () => Promise<string>;

/** A user, as Keystone takes it: an id says the domain too. */
export type User = { readonly id: string } | { readonly name: string; readonly domain: Domain };

/** How somebody proves who they are (Identity API v3, "Authentication and token management"). */
export type Proof =
  | { readonly kind: 'password'; readonly user: User; readonly password?: Secret; readonly passcode?: Secret }
  | { readonly kind: 'application-credential'; readonly id: string; readonly secret: Secret }
  | {
      readonly kind: 'application-credential';
      readonly name: string;
      readonly user: User;
      readonly secret: Secret;
    };

/** What the token is to be good for. An application credential brings its project along, and takes no scope. */
export type Scope =
  | { readonly kind: 'project'; readonly id: string }
  | { readonly kind: 'project'; readonly name: string; readonly domain: Domain }
  | { readonly kind: 'system' }
  /** The user's default project. */
  | { readonly kind: 'default' };

/** All that Keystone is told. */
export interface SignIn {
  /** The address of Keystone v3, without a slash at its end. */
  readonly authUrl: string;
  readonly proof: Proof;
  readonly scope: Scope;
}

/** The body of a request for a token, and the secrets in it. */
export interface TokenRequest {
  readonly body: unknown;
  readonly secrets: readonly string[];
}

/** Makes the request for a token. Rejects with `CredentialsError` when a secret cannot be read. */
export async function tokenRequest({ proof, scope }: SignIn): Promise<TokenRequest> {
  const { identity, secrets } = await identityOf(proof);
  const wanted = proof.kind === 'application-credential' ? undefined : scopeOf(scope);
  return { body: { auth: { identity, ...(wanted === undefined ? {} : { scope: wanted }) } }, secrets };
}

/** Whose credentials they are, in words for an error. */
export function describeSignIn({ proof }: SignIn): string {
  if (proof.kind === 'application-credential') {
    return 'id' in proof
      ? `the application credential ${proof.id}`
      : `the application credential ${JSON.stringify(proof.name)} of ${describeUser(proof.user)}`;
  }
  return describeUser(proof.user);
}

function describeUser(user: User): string {
  return 'id' in user
    ? `the user with the id ${user.id}`
    : `the user ${JSON.stringify(user.name)} of the domain ${JSON.stringify(Object.values(user.domain)[0])}`;
}

async function identityOf(proof: Proof): Promise<{ readonly identity: object; readonly secrets: readonly string[] }> {
  if (proof.kind === 'application-credential') {
    const secret = await proof.secret();
    const named = 'id' in proof ? { id: proof.id } : { name: proof.name, user: proof.user };
    return {
      identity: { methods: ['application_credential'], application_credential: { ...named, secret } },
      secrets: [secret],
    };
  }
  const [password, passcode] = await Promise.all([proof.password?.(), proof.passcode?.()]);
  const methods = {
    ...(password === undefined ? {} : { password: { user: { ...proof.user, password } } }),
    ...(passcode === undefined ? {} : { totp: { user: { ...proof.user, passcode } } }),
  };
  const secrets = [password, passcode].filter((secret) => secret !== undefined);
  return { identity: { methods: Object.keys(methods), ...methods }, secrets };
}

function scopeOf(scope: Scope): object | undefined {
  if (scope.kind === 'project') {
    return { project: 'id' in scope ? { id: scope.id } : { name: scope.name, domain: scope.domain } };
  }
  return scope.kind === 'system' ? { system: { all: true } } : undefined;
}

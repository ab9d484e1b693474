import type { Clock } from '../../flow/clock.ts';
import { VfsError } from '../errors.ts';
import type { Lasting } from '../remembered.ts';
import { type CatalogueEntry, storageUrl } from './catalogue.ts';
import { keystoneCodes } from './error-table.ts';
import { type Attempt, answerError, senseless, toVfsError } from './errors.ts';
import { finish, type HttpAnswer, type HttpClient } from './http.ts';
import type { SwiftSettings } from './settings.ts';
import { describeSignIn, tokenRequest } from './sign-in.ts';

/** A token, and where the account lies that it is good for. */
export interface Session {
  readonly token: string;
  readonly storage: {
    /** Scheme, host and port. */
    readonly origin: URL;
    /** `/v1/AUTH_…`, without a slash at its end. */
    readonly path: string;
  };
}

/** A token is renewed so many milliseconds before it ends, or in the last tenth of a life that is shorter. */
const renewalMs = 60_000;

/** The fields of Keystone's answer that are looked at. */
interface TokenAnswer {
  readonly token?: {
    readonly issued_at?: string;
    readonly expires_at?: string;
    readonly catalog?: readonly CatalogueEntry[];
  };
}

/**
 * Asks Keystone v3 for a token and finds the account in its catalogue.
 *
 * The connection is used once: Keystone behind uWSGI closes it after each answer, and not always says so. Rejects with `VfsError`; its reason names
 * who was to be signed in, and no secret.
 */
export async function signInAt(
  http: HttpClient,
  settings: SwiftSettings,
  clock: Clock,
  signal: AbortSignal,
): Promise<Lasting<Session>> {
  const attempt: Attempt = { operation: 'sign in', target: settings.url };
  const { signIn, userAgent } = settings;
  const begun = clock.now();
  const { body, secrets } = await tokenRequest(signIn).catch((error: unknown) => {
    throw toVfsError(error, attempt);
  });
  const origin = new URL(signIn.authUrl);
  const answer = await atKeystone(settings, attempt, () =>
    http.send({
      method: 'POST',
      origin,
      path: `${origin.pathname}/auth/tokens`,
      headers: { 'content-type': 'application/json', accept: 'application/json', 'user-agent': userAgent },
      body: Buffer.from(JSON.stringify(body)),
      signal,
      keepAlive: false,
    }),
  );
  const text = await atKeystone(settings, attempt, () => finish(answer));
  if (answer.status !== 201) {
    throw refusal(settings, attempt, answer, without(secrets, text));
  }
  const token = answer.headers['x-subject-token'];
  if (!token) {
    throw senseless(attempt, `Keystone at ${signIn.authUrl} answered without a token`);
  }
  const issued = tokenOf(text, settings, attempt);
  return { value: { token, storage: storageOf(issued, settings, attempt) }, until: begun + lifeOf(issued) };
}

async function atKeystone<T>({ signIn }: SwiftSettings, attempt: Attempt, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const { code, operation, target, reason } = toVfsError(error, attempt);
    throw new VfsError({ code, operation, target, reason: `Keystone at ${signIn.authUrl}: ${reason}` });
  }
}

function refusal({ signIn }: SwiftSettings, attempt: Attempt, { status, headers }: HttpAnswer, text: string): VfsError {
  const { code, operation, target, reason, retryAfterMs } = answerError(
    { status, headers, text },
    attempt,
    keystoneCodes,
  );
  return new VfsError({
    code,
    operation,
    target,
    reason: `Keystone at ${signIn.authUrl} does not sign in ${describeSignIn(signIn)}: ${reason}`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

function tokenOf(text: string, { signIn }: SwiftSettings, attempt: Attempt): NonNullable<TokenAnswer['token']> {
  try {
    const { token } = JSON.parse(text) as TokenAnswer;
    if (token !== undefined) {
      return token;
    }
  } catch {
    // Said below.
  }
  throw senseless(attempt, `Keystone at ${signIn.authUrl} answered with something that describes no token`);
}

/**
 * Where the account lies: at the address in the catalogue; with an endpoint, at that host and port; with an endpoint that has a path, there and
 * nowhere else.
 */
function storageOf(
  { catalog = [] }: NonNullable<TokenAnswer['token']>,
  { endpoint, service }: SwiftSettings,
  attempt: Attempt,
): Session['storage'] {
  const fixed = endpoint === undefined ? undefined : new URL(endpoint);
  if (fixed !== undefined && fixed.pathname !== '/') {
    return { origin: fixed, path: pathOf(fixed) };
  }
  const text = storageUrl(catalog, service, attempt);
  if (!URL.canParse(text)) {
    throw senseless(attempt, `Keystone's catalogue has ${JSON.stringify(text)} for Swift, which is no URL`);
  }
  const listed = new URL(text);
  return { origin: fixed ?? listed, path: pathOf(listed) };
}

function pathOf({ pathname }: URL): string {
  return pathname.replace(/\/+$/, '');
}

/** Milliseconds for which a token is used, by the clock of Keystone alone. One of unknown life is used until it is refused. */
function lifeOf({ issued_at = '', expires_at = '' }: NonNullable<TokenAnswer['token']>): number {
  const life = Date.parse(expires_at) - Date.parse(issued_at);
  return Number.isNaN(life) ? Number.POSITIVE_INFINITY : life - Math.min(renewalMs, life / 10);
}

/** Keystone may repeat what it does not understand. */
function without(secrets: readonly string[], text: string): string {
  return secrets.reduce((left, secret) => left.replaceAll(secret, '…'), text);
}

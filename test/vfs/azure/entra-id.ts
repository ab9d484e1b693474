import type { TokenCredentialOptions } from '@azure/identity';

type HttpClient = NonNullable<TokenCredentialOptions['httpClient']>;
type Request = Parameters<HttpClient['sendRequest']>[0];
type Response = Awaited<ReturnType<HttpClient['sendRequest']>>;

interface Answer {
  readonly status: number;
  readonly body: object;
}

export interface EntraIdSettings {
  /** What it gives for a token. @default a text of its own */
  readonly token?: string;
  /** What it answers to the question for a token instead. */
  readonly refusal?: Answer;
  readonly status?: number;
  /** Nobody answers at the login address. */
  readonly unreachable?: boolean;
  /** Nobody answers at the metadata endpoint of the machine. */
  readonly nobodyAtHome?: boolean;
}

/**
 * Microsoft Entra ID, and the metadata endpoint of a machine, as far as tokens go ("Microsoft identity platform and the
 * OAuth 2.0 client credentials flow"; "How to use managed identities for Azure resources on an Azure VM to acquire an
 * access token"). It stands where the library's HTTP client stands, since the library speaks TLS only.
 */
export class EntraId {
  readonly urls: string[] = [];
  readonly token: string;
  readonly #settings: EntraIdSettings;
  #form: Readonly<Record<string, string>> = {};

  constructor(settings: EntraIdSettings = {}) {
    this.#settings = settings;
    this.token = settings.token ?? 'a-token';
  }

  get options(): TokenCredentialOptions {
    return { httpClient: { sendRequest: (request) => this.#answer(request) } };
  }

  /** The fields of the last question for a token. */
  asked(): Readonly<Record<string, string>> {
    return this.#form;
  }

  async #answer(request: Request): Promise<Response> {
    this.urls.push(request.url);
    const { unreachable, nobodyAtHome } = this.#settings;
    const atHome = request.url.startsWith('http://169.254.169.254/');
    if (atHome ? nobodyAtHome : unreachable) {
      throw Object.assign(new Error('connect ECONNREFUSED'), { name: 'RestError', code: 'ECONNREFUSED' });
    }
    const { status, body } = this.#route(request);
    // The library's own kind of headers, which its packages do not share with others.
    const headers = new (request.headers.constructor as new () => Request['headers'])();
    headers.set('content-type', 'application/json');
    return { request, status, headers, bodyAsText: JSON.stringify(body) };
  }

  #route({ url, body }: Request): Answer {
    const { origin, host, pathname } = new URL(url);
    if (pathname.endsWith('/discovery/instance')) {
      const authority = new URL(new URL(url).searchParams.get('authorization_endpoint') ?? url).host;
      return { status: 200, body: instanceMetadata(authority) };
    }
    if (pathname.endsWith('/.well-known/openid-configuration')) {
      return { status: 200, body: openidConfiguration(origin, pathname.split('/')[1] ?? '') };
    }
    if (typeof body === 'string') {
      this.#form = Object.fromEntries(new URLSearchParams(body));
    }
    const { refusal, status = 200 } = this.#settings;
    const lifetime = host === '169.254.169.254' ? { expires_on: `${inAnHour()}` } : { expires_in: 3600 };
    const token = { access_token: this.token, token_type: 'Bearer', ...lifetime };
    return refusal ?? { status, body: status === 200 ? token : {} };
  }
}

/** A refusal of Entra ID by its number. */
export function entraRefusal(number: number, words: string): Answer {
  const error_description = `AADSTS${number}: ${words} Trace ID: t Correlation ID: c`;
  const ids = { trace_id: 't', correlation_id: 'c', timestamp: '2026-01-01 00:00:00Z' };
  return { status: 401, body: { error: 'invalid_client', error_description, error_codes: [number], ...ids } };
}

/** A token as Entra ID gives it for storage, without a signature, which Azurite does not look at. */
export function bearerToken(claims: Readonly<Record<string, unknown>>): string {
  const issued = inAnHour() - 3_700;
  const own = { aud: 'https://storage.azure.com', iss: 'https://sts.windows.net/tenant/', iat: issued, nbf: issued };
  const parts = [
    { alg: 'RS256', typ: 'JWT' },
    { ...own, exp: inAnHour(), ...claims },
  ];
  return [...parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')), 'unsigned'].join('.');
}

function instanceMetadata(authority: string) {
  return {
    tenant_discovery_endpoint: `https://${authority}/tenant/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: authority, preferred_cache: authority, aliases: [authority] }],
  };
}

function openidConfiguration(origin: string, tenant: string) {
  const oauth = `${origin}/${tenant}/oauth2/v2.0`;
  return {
    token_endpoint: `${oauth}/token`,
    authorization_endpoint: `${oauth}/authorize`,
    end_session_endpoint: `${oauth}/logout`,
    issuer: `${origin}/${tenant}/v2.0`,
    jwks_uri: `${origin}/${tenant}/discovery/v2.0/keys`,
  };
}

function inAnHour(): number {
  return Math.floor(Date.now() / 1000) + 3_600;
}

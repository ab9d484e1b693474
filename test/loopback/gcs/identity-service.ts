import { createVerify, generateKeyPairSync, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { LoopbackServer, RequestCounter, readBody } from '../../../lib/local-cloud/http.ts';
import { IdentityRegistry } from '../../../lib/local-cloud/identity.ts';
import { SignatureError, verifySignature } from '../../../lib/local-cloud/sigv4.ts';
import { Tokens } from './tokens.ts';

/** A refusal of a token service: RFC 6749, 5.2. */
class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly document: object;

  constructor(status: number, document: object) {
    super(JSON.stringify(document));
    this.status = status;
    this.document = document;
  }
}

function oauthError(error: string, description: string, status = 400): Refusal {
  return new Refusal(status, { error, error_description: description });
}

type Fields = Readonly<Record<string, string | undefined>>;

const cloudPlatform = 'https://www.googleapis.com/auth/cloud-platform';

/**
 * Google's identity services, each to its description: the OAuth token endpoint, the Security Token Service, the IAM Service Account Credentials
 * API and the metadata server, all on one loopback address.
 */
export class IdentityService {
  readonly requests = new RequestCounter();
  readonly tokens = new Tokens();
  /** Identities of AWS, by which signed requests are proved. */
  readonly aws = new IdentityRegistry();
  /** Hosts of AWS at which callers were to be verified. */
  readonly verifiedAt: string[] = [];
  /** ARNs that the workload identity pool trusts, and service accounts that may be acted as. */
  readonly trusted = new Set<string>();
  readonly actable = new Set<string>();
  /** Email of the service account of the machine; undefined where there is no metadata server. */
  machine: string | undefined;
  /** For how long the tokens for keys last. */
  lifetimeSeconds = 3600;
  /** Answers a request in another way. */
  script: (path: string) => { readonly status: number; readonly body: string } | 'tear' | undefined = () => undefined;
  readonly audience = '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/aws/providers/functions';
  readonly #keys = new Map<string, { readonly email: string; readonly publicKey: string }>();
  readonly #refreshTokens = new Map<string, { readonly id: string; readonly secret: string }>();
  readonly #server = new LoopbackServer((request, response) => this.#answer(request, response));

  start(): Promise<string> {
    return this.#server.start();
  }

  get endpoint(): string {
    return this.#server.endpoint;
  }

  get openConnections(): number {
    return this.#server.openConnections;
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  /** The key file of a new service account: https://cloud.google.com/iam/docs/keys-create-delete */
  serviceAccountFile(email: string): Readonly<Record<string, string>> {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    const id = randomUUID();
    this.#keys.set(id, { email, publicKey });
    return {
      type: 'service_account',
      private_key_id: id,
      private_key: privateKey,
      client_email: email,
      token_uri: `${this.endpoint}/token`,
    };
  }

  /** The file that `gcloud auth application-default login` writes. */
  userFile(): Readonly<Record<string, string>> {
    const [id, secret, token] = [randomUUID(), `GOCSPX-${randomUUID()}`, `1//${randomUUID()}`] as const;
    this.#refreshTokens.set(token, { id, secret });
    const tokenUri = { token_uri: `${this.endpoint}/token` };
    return { type: 'authorized_user', client_id: id, client_secret: secret, refresh_token: token, ...tokenUri };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = ''] = (request.url ?? '').split('?');
    this.requests.add(path);
    const body = (await readBody(request, 64 * 1024)).toString();
    const scripted = this.script(path);
    if (scripted === 'tear') {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('{', () => response.destroy());
      return;
    }
    const {
      status,
      document,
      headers = {},
    } = scripted ? { status: scripted.status, document: scripted.body } : this.#respond(request, path, body);
    const text = typeof document === 'string' ? document : JSON.stringify(document);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
  }

  #respond(
    request: IncomingMessage,
    path: string,
    body: string,
  ): {
    readonly status: number;
    readonly document: object | string;
    readonly headers?: Readonly<Record<string, string>>;
  } {
    try {
      if (path.startsWith('/computeMetadata/v1/')) {
        return { ...this.#metadata(request, path), headers: { 'metadata-flavor': 'Google' } };
      }
      const acted = /^\/v1\/projects\/-\/serviceAccounts\/([^/:]+):generateAccessToken$/.exec(path)?.[1];
      if (acted !== undefined) {
        return { status: 200, document: this.#actAs(acted, request, JSON.parse(body)) };
      }
      const fields: Fields = Object.fromEntries(new URLSearchParams(body));
      return { status: 200, document: path === '/v1/token' ? this.#exchange(fields) : this.#token(fields) };
    } catch (error) {
      if (error instanceof Refusal) {
        return { status: error.status, document: error.document };
      }
      throw error;
    }
  }

  /** https://developers.google.com/identity/protocols/oauth2/service-account#httprest, and refresh tokens. */
  #token(fields: Fields): object {
    const given = (principal: string, scope = '') => ({
      access_token: this.tokens.issue(principal, scope.split(' '), this.lifetimeSeconds * 1000),
      expires_in: this.lifetimeSeconds,
      token_type: 'Bearer',
    });
    if (fields['grant_type'] === 'refresh_token') {
      const known = this.#refreshTokens.get(fields['refresh_token'] ?? '');
      if (known === undefined || known.id !== fields['client_id'] || known.secret !== fields['client_secret']) {
        throw oauthError('invalid_grant', 'Token has been expired or revoked.');
      }
      return given('user@example.com', cloudPlatform);
    }
    if (fields['grant_type'] !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') {
      throw oauthError('unsupported_grant_type', 'Invalid grant_type');
    }
    const claims = this.#claimsOf(fields['assertion'] ?? '');
    return given(claims.iss, claims.scope);
  }

  #claimsOf(assertion: string): { readonly iss: string; readonly scope?: string } {
    const [head = '', payload = '', signature = ''] = assertion.split('.');
    const { alg, kid } = JSON.parse(Buffer.from(head, 'base64url').toString()) as Fields;
    const { iss, aud, scope, iat, exp } = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const keys = [...this.#keys].filter(([id, { email }]) => email === iss && (kid === undefined || id === kid));
    const signed = keys.some(([, { publicKey }]) =>
      createVerify('RSA-SHA256').update(`${head}.${payload}`).verify(publicKey, signature, 'base64url'),
    );
    if (alg !== 'RS256' || !signed) {
      throw oauthError('invalid_grant', 'Invalid JWT Signature.');
    }
    const now = Date.now() / 1000;
    if (aud !== `${this.endpoint}/token` || exp - iat > 3600 || iat > now + 60 || exp < now) {
      throw oauthError(
        'invalid_grant',
        'Invalid JWT: Token must be a short-lived token and in a reasonable timeframe.',
      );
    }
    return { iss, scope };
  }

  /** https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token: AWS's own answer to the signed request says who asks. */
  #exchange(fields: Fields): object {
    const expected: Fields = {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      audience: this.audience,
      requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      subject_token_type: 'urn:ietf:params:aws:token-type:aws4_request',
    };
    const wrong = Object.keys(expected).find((name) => fields[name] !== expected[name]);
    if (wrong !== undefined || !fields['scope']) {
      throw oauthError('invalid_request', `Invalid value for "${wrong ?? 'scope'}".`);
    }
    const arn = this.#callerOf(fields['subject_token'] ?? '');
    if (!this.trusted.has(arn)) {
      throw oauthError('unauthorized_client', 'The given credential is rejected by the attribute condition.');
    }
    return {
      access_token: this.tokens.issue(arn, fields['scope'].split(' ')),
      issued_token_type: expected['requested_token_type'],
      token_type: 'Bearer',
      expires_in: 3600,
    };
  }

  /** The ARN behind a signed `GetCallerIdentity`: https://cloud.google.com/iam/docs/workload-identity-federation-with-other-clouds */
  #callerOf(subjectToken: string): string {
    const { url, method, headers } = JSON.parse(decodeURIComponent(subjectToken)) as {
      url: string;
      method: string;
      headers: readonly { key: string; value: string }[];
    };
    const { host, pathname, search } = new URL(url);
    const named = Object.fromEntries(headers.map(({ key, value }) => [key.toLowerCase(), [value]]));
    const region = /^sts\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(host)?.[1];
    const isQuestion = search === '?Action=GetCallerIdentity&Version=2011-06-15' && method === 'POST';
    if (region === undefined || !isQuestion || named['host']?.[0] !== host) {
      throw oauthError('invalid_grant', 'The AWS request is not GetCallerIdentity at a regional endpoint.');
    }
    this.verifiedAt.push(host);
    if (named['x-goog-cloud-target-resource']?.[0] !== this.audience) {
      throw oauthError('invalid_grant', 'The header x-goog-cloud-target-resource is not the audience.');
    }
    try {
      const signed = { method, target: pathname + search, headers: named };
      const options = { service: 'sts', now: Date.now(), body: Buffer.alloc(0) };
      return verifySignature(signed, this.aws, options).identity.arn;
    } catch (error) {
      throw error instanceof SignatureError ? oauthError('invalid_grant', `AWS refuses: ${error.code}`) : error;
    }
  }

  /** https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken */
  #actAs(
    account: string,
    { headers: { authorization } }: IncomingMessage,
    body: { scope?: string[]; lifetime?: string },
  ): object {
    const grant = this.tokens.grantOf(authorization);
    if (grant === undefined) {
      throw new Refusal(401, { error: { code: 401, message: 'Request had invalid authentication credentials.' } });
    }
    if (!grant.scopes.includes(cloudPlatform)) {
      throw new Refusal(403, { error: { code: 403, message: 'Request had insufficient authentication scopes.' } });
    }
    if (!this.actable.has(account)) {
      const message = "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).";
      throw new Refusal(403, { error: { code: 403, message, status: 'PERMISSION_DENIED' } });
    }
    const lifetimeMs = Number.parseInt(body.lifetime ?? '3600s', 10) * 1000;
    const accessToken = this.tokens.issue(account, body.scope ?? [], lifetimeMs);
    return { accessToken, expireTime: new Date(Date.now() + lifetimeMs).toISOString() };
  }

  /** https://cloud.google.com/compute/docs/metadata/querying-metadata */
  #metadata(
    { url = '', headers }: IncomingMessage,
    path: string,
  ): { readonly status: number; readonly document: object | string } {
    if (headers['metadata-flavor'] !== 'Google' || this.machine === undefined) {
      return { status: 403, document: 'Missing Metadata-Flavor:Google header.' };
    }
    if (path === '/computeMetadata/v1/instance/service-accounts/default/token') {
      const scopes = new URL(url, this.endpoint).searchParams.get('scopes') ?? cloudPlatform;
      const access_token = this.tokens.issue(this.machine, scopes.split(','));
      return { status: 200, document: { access_token, expires_in: 3599, token_type: 'Bearer' } };
    }
    return { status: 200, document: 'service-accounts/\n' };
  }
}

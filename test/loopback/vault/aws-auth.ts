import type { IdentityRegistry } from '../../../lib/local-cloud/identity.ts';
import { SignatureError, verifySignature } from '../../../lib/local-cloud/sigv4.ts';
import { VaultError } from './answers.ts';

/** A role of the method (AWS auth method, "Create/update role"). */
export interface AwsRole {
  /** `arn:aws:iam::ACCOUNT:role/NAME` or `…:user/NAME`. */
  readonly boundPrincipal: string;
  readonly policies: readonly string[];
  /** Seconds. */
  readonly ttl: number;
  readonly maxTtl?: number;
  /** @default true */
  readonly renewable?: boolean;
}

/** How the method is set up (AWS auth method, "Configure client"). */
export interface AwsAuthOptions {
  readonly identities: IdentityRegistry;
  /** `iam_server_id_header_value`. */
  readonly serverId?: string;
  /** Host of `sts_endpoint`. @default sts.amazonaws.com */
  readonly stsHost?: string;
}

const serverIdHeader = 'x-vault-aws-iam-server-id';

/**
 * The AWS auth method, IAM logins only. Vault hands the signed request to STS and believes its answer; here its signature is verified as STS does it.
 */
export class AwsAuth {
  readonly roles = new Map<string, AwsRole>();
  readonly #options: AwsAuthOptions;
  readonly #now: () => number;

  constructor(options: AwsAuthOptions, now: () => number) {
    this.#options = options;
    this.#now = now;
  }

  /** "Login". Without a role's name, the "friendly name" of the principal is taken. */
  login(body: Readonly<Record<string, unknown>>): AwsRole {
    const arn = this.#callerOf(body);
    const name = String(body['role'] ?? '') || friendlyName(arn);
    const role = this.roles.get(name);
    if (role === undefined) {
      throw new VaultError(400, [`entry for role ${name} not found`]);
    }
    if (role.boundPrincipal !== principalOf(arn)) {
      throw new VaultError(400, [`IAM Principal "${arn}" does not belong to the role "${name}"`]);
    }
    return role;
  }

  #callerOf(body: Readonly<Record<string, unknown>>): string {
    const { iam_http_request_method: method, iam_request_url, iam_request_headers, iam_request_body } = body;
    if (method !== 'POST' || ![iam_request_url, iam_request_headers, iam_request_body].every(Boolean)) {
      throw new VaultError(400, ["didn't supply required authentication values"]);
    }
    const url = new URL(base64(iam_request_url));
    const sent = base64(iam_request_body);
    if (new URLSearchParams(sent).get('Action') !== 'GetCallerIdentity') {
      throw new VaultError(400, ['error validating body: iam_request_body does not contain GetCallerIdentity']);
    }
    const headers = headersOf(base64(iam_request_headers));
    this.#requireServerId(headers);
    const received = { ...headers, host: [url.host] };
    try {
      // Vault sends it to the endpoint in its configuration, under the host that the client's URL names; STS answers for no host but its own.
      if (url.host !== (this.#options.stsHost ?? 'sts.amazonaws.com')) {
        throw new SignatureError('SignatureDoesNotMatch', 403, `The request is for ${url.host}.`);
      }
      const request = { method: 'POST', target: url.pathname + url.search, headers: received };
      const options = { service: 'sts', now: this.#now(), body: Buffer.from(sent) };
      return verifySignature(request, this.#options.identities, options).identity.arn;
    } catch (error) {
      throw error instanceof SignatureError ? refusedBySts(error, received) : error;
    }
  }

  #requireServerId(headers: Headers): void {
    const { serverId } = this.#options;
    if (serverId === undefined) {
      return;
    }
    const [given] = headers[serverIdHeader] ?? [];
    const why = (words: string) => new VaultError(400, [`error validating X-Vault-AWS-IAM-Server-ID header: ${words}`]);
    if (given === undefined) {
      throw why('missing header "X-Vault-AWS-IAM-Server-ID"');
    }
    if (given !== serverId) {
      throw why(`expected "${serverId}" but got "${given}"`);
    }
    const signed = /SignedHeaders=([^,]+)/.exec(headers['authorization']?.[0] ?? '')?.[1]?.split(';') ?? [];
    if (!signed.includes(serverIdHeader)) {
      throw why("header wasn't signed");
    }
  }
}

type Headers = Readonly<Record<string, readonly string[]>>;

/** A JSON object of header names and one or several values. */
function headersOf(text: string): Headers {
  const parsed = JSON.parse(text) as Record<string, string | string[]>;
  return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name.toLowerCase(), [value].flat()]));
}

/** What STS says of a wrong signature repeats the request, with the session token in it; Vault passes it on. */
function refusedBySts({ code, message }: SignatureError, headers: Headers): VaultError {
  const canonical = Object.entries(headers).map(([name, values]) => `${name}:${values.join(',')}`);
  const xml = `<ErrorResponse><Error><Code>${code}</Code><Message>${message} The Canonical String should have been '${canonical.join('\n')}'</Message></Error></ErrorResponse>`;
  return new VaultError(400, [`error making upstream request: received error code 403 from STS: ${xml}`]);
}

/** The name of a user, or of the role of a session: no path, no name of the session. */
function friendlyName(arn: string): string {
  return principalOf(arn).split('/').at(-1) ?? '';
}

function principalOf(arn: string): string {
  return arn.replace(/^arn:aws:sts::(\d+):assumed-role\/([^/]+)\/.*$/, 'arn:aws:iam::$1:role/$2');
}

function base64(value: unknown): string {
  return Buffer.from(String(value), 'base64').toString();
}

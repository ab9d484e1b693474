import { CredentialsError } from '../credentials-error.ts';
import type { Keys } from './credentials.ts';

/** Where a machine of Alibaba Cloud asks about itself (Elastic Compute Service, "Instance metadata"). */
export const metadataAddress = 'http://100.100.100.200';

const tokenSeconds = 300;

interface RoleToken {
  readonly Code?: string;
  readonly AccessKeyId?: string;
  readonly AccessKeySecret?: string;
  readonly SecurityToken?: string;
  readonly Expiration?: string;
}

/**
 * The metadata server of the machine. Asks in the hardened mode, with a token, and without one where the server gives none.
 *
 * Rejects with `CredentialsError` in kOps's own words (`util/pkg/vfs/osscontext.go`).
 */
export class EcsMetadata {
  readonly #address: string;
  readonly #timeoutMs: number;

  /** `timeoutMs` is for one answer of the metadata server, which is on the machine's own host. */
  constructor(address: string, timeoutMs = 1000) {
    this.#address = address;
    this.#timeoutMs = timeoutMs;
  }

  /** The region of the machine: `cn-hangzhou`. */
  async region(): Promise<string> {
    return this.#get('region-id', "can't get region-id from ECS metadata");
  }

  /** The name of the RAM role that the machine has. */
  async roleName(): Promise<string> {
    const names = await this.#get('ram/security-credentials/', "Can't find role from ECS metadata");
    return names.split('\n')[0]?.trim() ?? '';
  }

  /** Temporary keys of that role. */
  async roleToken(role: string): Promise<Keys> {
    const trouble = "Can't get role token";
    const text = await this.#get(`ram/security-credentials/${encodeURIComponent(role)}`, trouble);
    const token = parsed(text);
    const { AccessKeyId: accessKeyId, AccessKeySecret: accessKeySecret, SecurityToken: securityToken } = token;
    const expiresAt = Date.parse(token.Expiration ?? '');
    if (token.Code !== 'Success' || !accessKeyId || !accessKeySecret || !securityToken || Number.isNaN(expiresAt)) {
      throw new CredentialsError('Unauthenticated', `${trouble}: the answer about RAM role ${role} holds no keys`);
    }
    return { accessKeyId, accessKeySecret, securityToken, expiresAt };
  }

  async #get(path: string, trouble: string): Promise<string> {
    const token = await this.#ask('PUT', '/latest/api/token', trouble, {
      'X-aliyun-ecs-metadata-token-ttl-seconds': `${tokenSeconds}`,
    });
    const headers = token.ok ? { 'X-aliyun-ecs-metadata-token': token.text } : {};
    const { ok, status, text } = await this.#ask('GET', `/latest/meta-data/${path}`, trouble, headers);
    if (!ok || text.trim() === '') {
      const code = status >= 500 || status === 429 ? 'Unavailable' : 'Unauthenticated';
      const said = ok ? 'it answered nothing' : `status ${status}`;
      throw new CredentialsError(code, `${trouble}: metadata server ${this.#address}: ${said}`);
    }
    return text.trim();
  }

  async #ask(method: string, path: string, trouble: string, headers: Readonly<Record<string, string>>) {
    try {
      const signal = AbortSignal.timeout(this.#timeoutMs);
      const answer = await fetch(this.#address + path, { method, headers, signal, redirect: 'error' });
      return { ok: answer.ok, status: answer.status, text: await answer.text() };
    } catch (error) {
      // No answer in time may be one that is late; a refused connection is a machine without such a server.
      const isLate = (error as Partial<Error> | undefined)?.name === 'TimeoutError';
      const reason = `${trouble}: metadata server ${this.#address} not reachable (${this.#timeoutMs / 1000} s)`;
      throw new CredentialsError(isLate ? 'Unavailable' : 'Unauthenticated', reason);
    }
  }
}

function parsed(text: string): RoleToken {
  try {
    return Object(JSON.parse(text)) as RoleToken;
  } catch {
    return {};
  }
}

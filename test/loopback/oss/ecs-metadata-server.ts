import type { IncomingMessage, ServerResponse } from 'node:http';
import { LoopbackServer, RequestCounter } from '../../../lib/local-cloud/http.ts';

/** Keys of a RAM role, as the machine is told them. */
export interface RoleKeys {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * The metadata server of a machine ("Instance metadata": `region-id`, `ram/security-credentials/`), in the hardened mode, which wants a token
 * that PUT `/latest/api/token` gives, and in the normal mode.
 */
export class EcsMetadataServer {
  readonly requests = new RequestCounter();
  /** Refuses requests without a token. */
  hardened = true;
  /** Undefined: no such page. */
  region: string | undefined = 'cn-hangzhou';
  role: string | undefined;
  /** Undefined: it fails. */
  keys: RoleKeys | undefined;
  /** Answers everything with this status. */
  failing: number | undefined;
  /** Answers nothing. */
  hanging = false;
  readonly #server = new LoopbackServer((request, response) => this.#serve(request, response));

  start(): Promise<string> {
    return this.#server.start();
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  async #serve({ method, url = '', headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent(url);
    this.requests.add(path.replace('/latest/', ''));
    if (this.hanging) {
      return;
    }
    if (this.failing !== undefined) {
      response.writeHead(this.failing).end();
      return;
    }
    if (method === 'PUT' && path === '/latest/api/token') {
      const lives = /^\d+$/.test(`${headers['x-aliyun-ecs-metadata-token-ttl-seconds']}`);
      response.writeHead(this.hardened && lives ? 200 : 404).end(this.hardened && lives ? 'metadata-token' : '');
      return;
    }
    if (this.hardened && headers['x-aliyun-ecs-metadata-token'] !== 'metadata-token') {
      response.writeHead(403).end();
      return;
    }
    const text = this.#page(path.replace('/latest/meta-data/', ''));
    response.writeHead(text === undefined ? 404 : 200).end(text);
  }

  #page(path: string): string | undefined {
    if (path === 'region-id') {
      return this.region;
    }
    if (path === 'ram/security-credentials/') {
      return this.role;
    }
    return path === `ram/security-credentials/${this.role}` ? this.#token() : undefined;
  }

  #token(): string {
    if (this.keys === undefined) {
      return JSON.stringify({ Code: 'Failed' });
    }
    const { accessKeyId, accessKeySecret, securityToken, expiresAt } = this.keys;
    const iso = (time: number) => new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
    return JSON.stringify({
      AccessKeyId: accessKeyId,
      AccessKeySecret: accessKeySecret,
      Expiration: iso(expiresAt),
      SecurityToken: securityToken,
      LastUpdated: iso(expiresAt - 21_600_000),
      Code: 'Success',
    });
  }
}

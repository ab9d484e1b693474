import { randomBytes } from 'node:crypto';
import { type Answer, denied, VaultError } from './answers.ts';

/** How a token is made (token auth method, "Create token"). */
export interface TokenOptions {
  readonly policies?: readonly string[];
  /** Seconds; left out: it does not end. */
  readonly ttl?: number;
  /** Seconds from its making beyond which it cannot be renewed. */
  readonly maxTtl?: number;
  /** @default true */
  readonly renewable?: boolean;
  /** Where it was made; it is good there and below. @default the root */
  readonly namespace?: string;
}

/** A token that this server knows. */
export interface Token {
  readonly id: string;
  readonly policies: readonly string[];
  readonly namespace: string;
  readonly ttl: number | undefined;
  readonly renewable: boolean;
  readonly hardEnd: number;
  endsAt: number;
}

/** The tokens of the server. Times are milliseconds since the epoch, by its clock. */
export class Tokens {
  readonly #tokens = new Map<string, Token>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  create({ policies = ['root'], ttl, maxTtl, renewable = true, namespace = '' }: TokenOptions = {}): Token {
    const now = this.#now();
    const token: Token = {
      id: `hvs.${randomBytes(18).toString('base64url')}`,
      policies,
      namespace,
      ttl,
      renewable: renewable && ttl !== undefined,
      hardEnd: maxTtl === undefined ? Number.POSITIVE_INFINITY : now + maxTtl * 1000,
      endsAt: ttl === undefined ? Number.POSITIVE_INFINITY : now + ttl * 1000,
    };
    this.#tokens.set(token.id, token);
    return token;
  }

  /** How many have been made. */
  get count(): number {
    return this.#tokens.size;
  }

  revoke(id: string): void {
    this.#tokens.delete(id);
  }

  /** The token of a request. Vault answers 403 for every token that is not good, and for none. */
  require(id: string | undefined): Token {
    const token = this.#tokens.get(id ?? '');
    if (token === undefined || token.endsAt <= this.#now()) {
      throw id === undefined
        ? new VaultError(403, ['permission denied'])
        : denied('permission denied', 'invalid token');
    }
    return token;
  }

  /** "Lookup a token (self)". */
  describe(token: Token): Answer {
    const isEndless = token.endsAt === Number.POSITIVE_INFINITY;
    const data = {
      id: token.id,
      policies: token.policies,
      renewable: token.renewable,
      ttl: isEndless ? 0 : Math.floor((token.endsAt - this.#now()) / 1000),
      expire_time: isEndless ? null : new Date(token.endsAt).toISOString(),
      type: 'service',
    };
    return { data };
  }

  /** "Renew a token (self)": for its own time again, and never beyond the longest. */
  renew(token: Token): Answer {
    if (!token.renewable || token.ttl === undefined) {
      throw new VaultError(400, ['lease is not renewable']);
    }
    token.endsAt = Math.min(this.#now() + token.ttl * 1000, token.hardEnd);
    return this.granted(token);
  }

  /** What a login and a renewal answer. */
  granted(token: Token): Answer {
    const left = Math.floor((token.endsAt - this.#now()) / 1000);
    const auth = {
      client_token: token.id,
      policies: token.policies,
      lease_duration: token.ttl === undefined ? 0 : left,
      renewable: token.renewable,
      token_type: 'service',
    };
    return { auth };
  }
}

import { randomUUID } from 'node:crypto';

/** What a token may do. */
export interface Grant {
  /** An email address, or an ARN. */
  readonly principal: string;
  readonly scopes: readonly string[];
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** The tokens that were given out, and what each may do. */
export class Tokens {
  readonly #grants = new Map<string, Grant>();
  /** Every token that was given out. */
  readonly issued: string[] = [];

  issue(principal: string, scopes: readonly string[], lifetimeMs = 3_600_000): string {
    const token = `ya29.${randomUUID()}`;
    this.#grants.set(token, { principal, scopes, expiresAt: Date.now() + lifetimeMs });
    this.issued.push(token);
    return token;
  }

  /** What the token of an `Authorization` header may do; undefined where it is unknown or expired. */
  grantOf(authorization: string | undefined): Grant | undefined {
    const [, token = ''] = /^Bearer (.+)$/.exec(authorization ?? '') ?? [];
    const grant = this.#grants.get(token);
    return grant !== undefined && grant.expiresAt > Date.now() ? grant : undefined;
  }

  /** Ends all tokens. */
  revokeAll(): void {
    this.#grants.clear();
  }
}

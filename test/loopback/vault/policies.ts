import { denied } from './answers.ts';
import type { Token } from './tokens.ts';

/** What a request does, as policies name it. */
export type Capability = 'create' | 'read' | 'update' | 'delete' | 'list';

/** Capabilities by path; a path that ends in `*` stands for all that begin so (Policies, "Policy syntax"). The longest that fits counts. */
export type Policy = Readonly<Record<string, readonly Capability[]>>;

/** What Vault's policy `default` allows of what this server has. */
const defaultPolicy: Policy = {
  'auth/token/lookup-self': ['read'],
  'auth/token/renew-self': ['update'],
};

/** The policies of the server. What none allows is denied. */
export class Policies {
  readonly #policies = new Map<string, Policy>([['default', defaultPolicy]]);

  set(name: string, policy: Policy): void {
    this.#policies.set(name, policy);
  }

  /** Throws the 403 for what a token may not do. */
  require(token: Token, path: string, capability: Capability): void {
    if (!this.#allows(token, path, capability)) {
      throw denied('permission denied');
    }
  }

  /** Whether a token may do anything at all below a path. */
  reaches(token: Token, prefix: string): boolean {
    const rules = token.policies.flatMap((name) => Object.keys(this.#policies.get(name) ?? {}));
    return token.policies.includes('root') || rules.some((rule) => rule.startsWith(prefix));
  }

  #allows({ policies }: Token, path: string, capability: Capability): boolean {
    if (policies.includes('root')) {
      return true;
    }
    return policies.some((name) => {
      const rules = Object.entries(this.#policies.get(name) ?? {}).filter(([rule]) => fits(rule, path));
      const [closest] = rules.sort(([a], [b]) => b.length - a.length);
      return closest?.[1].includes(capability) ?? false;
    });
  }
}

function fits(rule: string, path: string): boolean {
  // A list is asked for with a slash at its end, and a rule may leave that out.
  return rule.endsWith('*') ? path.startsWith(rule.slice(0, -1)) : path === rule || path === `${rule}/`;
}

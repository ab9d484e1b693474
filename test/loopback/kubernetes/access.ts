import { StatusError } from './status.ts';

/** What an identity may do, in a namespace or in all of them ("Using RBAC Authorization"). */
export interface Rule {
  readonly verbs: readonly string[];
  readonly resources: readonly string[];
  /** @default all */
  readonly namespace?: string;
}

/** Somebody who can sign in. */
export interface Identity {
  readonly user: string;
  readonly rules: readonly Rule[];
}

/** Everything, on Secrets and namespaces. */
export const everything: readonly Rule[] = [{ verbs: ['*'], resources: ['*'] }];

/** What is asked for. */
export interface Wish {
  readonly verb: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name?: string;
}

/** Whoever a bearer token belongs to ("Authenticating"). Throws 401. */
export function identify(header: string | undefined, identities: ReadonlyMap<string, Identity>): Identity {
  const token = /^Bearer (.+)$/.exec(header ?? '')?.[1];
  const identity = token === undefined ? undefined : identities.get(token);
  if (identity === undefined) {
    throw new StatusError(401, 'Unauthorized', 'Unauthorized');
  }
  return identity;
}

/** Throws 403 unless a rule allows it. */
export function authorize({ user, rules }: Identity, { verb, resource, namespace, name }: Wish): void {
  const covers = (list: readonly string[], one: string) => list.includes('*') || list.includes(one);
  const allowed = rules.some(
    (rule) =>
      covers(rule.verbs, verb) &&
      covers(rule.resources, resource) &&
      (rule.namespace === undefined || rule.namespace === namespace),
  );
  if (!allowed) {
    const what = name === undefined ? resource : `${resource} "${name}"`;
    const wish = `User "${user}" cannot ${verb} resource "${resource}" in API group "" in the namespace "${namespace}"`;
    const details = { ...(name === undefined ? {} : { name }), kind: resource };
    throw new StatusError(403, 'Forbidden', `${what} is forbidden: ${wish}`, details);
  }
}

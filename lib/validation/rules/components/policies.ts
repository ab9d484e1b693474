import type { Node } from '../../node.ts';
import { invalid, type Problem, required, unsupported } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

/** The roles of instance groups, as kOps writes them in lower case. */
const roles = ['control-plane', 'apiserver', 'node', 'bastion', 'etcd', 'scheduler', 'kubecontrollermanager'];

/** kOps: `validateAdditionalPolicy` and `validateExternalPolicies` (pkg/apis/kops/validation/validation.go). */
export const policies: ClusterRule = {
  id: 'IAM-POLICIES',
  on: 'cluster',
  severity: 'error',
  title: 'Policies are added to roles that kOps knows: ARNs of policies, or JSON with a list of statements.',
  explanation:
    'Of a policy kOps takes only the list of its statements, each with an `Effect`. An ARN names a policy, not a role or a user.',
  kops: ['8.6/25'],
  *check({ cluster }): Iterable<Problem> {
    const [additional, external] = [cluster.spec.at('additionalPolicies'), cluster.spec.at('externalPolicies')];
    for (const [role, policy] of additional.entries) {
      yield* roleProblems(role, policy, 'spec.additionalPolicies');
      yield* statementProblems(policy);
    }
    for (const [role, list] of external.entries) {
      yield* roleProblems(role, list, 'spec.externalPolicies');
      for (const policy of list.items) {
        if (!/^arn:[^:]*:[^:]*:[^:]*:[^:]*:policy\//.test(policy.text ?? '')) {
          const detail = 'Policy must be a valid AWS ARN such as arn:aws:iam::123456789012:policy/KopsExamplePolicy';
          yield invalid(policy, detail, { kopsPath: `spec.externalPolicies.${role}` });
        }
      }
    }
  },
};

function* roleProblems(role: string, node: Node, kopsPath: string): Iterable<Problem> {
  if (!roles.includes(role)) {
    yield unsupported(node, roles, { value: role, kopsPath });
  }
}

function* statementProblems(policy: Node): Iterable<Problem> {
  if (typeof policy.value !== 'string') {
    return;
  }
  const statements = parse(policy.value);
  const effects = statements && effectsOf(statements.value);
  if (effects === undefined) {
    const why =
      statements === undefined
        ? 'this is no JSON: look for a comma behind the last entry, or a quote or bracket that is missing'
        : 'a list of statements is expected';
    yield invalid(policy, `policy was not valid JSON: error parsing IAM statements: ${why}`);
  }
  for (const [index, effect] of effects?.entries() ?? []) {
    const node = policy.at(index, 'Effect');
    if (effect === '') {
      yield required(node, 'Effect must be specified for IAM policy');
    } else if (!['Allow', 'Deny'].includes(effect)) {
      yield unsupported(node, ['Allow', 'Deny'], { value: effect });
    }
  }
}

/** What a JSON text holds; undefined where it is none. */
function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** The effect of each statement, empty where there is none; undefined where this is no list of statements. */
function effectsOf(statements: unknown): readonly string[] | undefined {
  if (statements === null) {
    return [];
  }
  const effects = Array.isArray(statements) ? statements.map(effectOf) : [undefined];
  return effects.every((effect) => effect !== undefined) ? effects : undefined;
}

/** Go reads the names of fields in any case. */
function effectOf(statement: unknown): string | undefined {
  if (typeof statement !== 'object' || statement === null || Array.isArray(statement)) {
    return undefined;
  }
  const [, effect = ''] = Object.entries(statement).findLast(([name]) => name.toLowerCase() === 'effect') ?? [];
  return typeof effect === 'string' ? effect : undefined;
}

import type { Node } from '../../node.ts';
import { duplicate, forbidden, type Problem, required } from '../../problem.ts';
import type { ClusterRule } from '../../rule.ts';

/** kOps: `validateClusterSpec` (pkg/apis/kops/validation/validation.go). */
export const iamLegacy: ClusterRule = {
  id: 'IAM-LEGACY',
  on: 'cluster',
  severity: 'error',
  title: 'Machines have the rights of their role only, not the wide ones of old.',
  explanation: 'kOps makes the wide policies no more. Set `spec.iam.legacy` to false.',
  kops: ['8.6/23'],
  *check({ cluster }): Iterable<Problem> {
    const legacy = cluster.spec.at('iam', 'legacy');
    if (legacy.flag === true) {
      const fix = { path: legacy.path, value: false };
      yield forbidden(legacy, 'legacy IAM permissions are no longer supported', { fix });
    }
  },
};

/** kOps: `validateSAExternalPermissions` (pkg/apis/kops/validation/validation.go). */
export const serviceAccountPermissions: ClusterRule = {
  id: 'SERVICE-ACCOUNT-PERMISSIONS',
  on: 'cluster',
  severity: 'error',
  title: 'Each service account is named once, with one kind of policy.',
  explanation:
    'kOps makes a role of AWS for each service account, and gives it the policies of the list or the one that is written out. Join them into one entry.',
  kops: ['8.6/24'],
  *check({ cluster }): Iterable<Problem> {
    const seen = new Set<string>();
    for (const account of cluster.spec.at('iam', 'serviceAccountExternalPermissions').items) {
      const key = `${account.at('namespace').text ?? ''}/${account.at('name').text ?? ''}`;
      const kopsPath = `spec.iam.serviceAccountExternalPermissions[${key}]`;
      for (const field of ['namespace', 'name']) {
        if (account.at(field).text === undefined) {
          yield required(account.at(field), `${field} cannot be empty`, { kopsPath: `${kopsPath}.${field}` });
        }
      }
      if (seen.has(key)) {
        yield duplicate(account, { value: key, kopsPath });
      }
      seen.add(key);
      yield* policyProblems(account.at('aws'), `${kopsPath}.aws`);
    }
  },
};

function* policyProblems(aws: Node, kopsPath: string): Iterable<Problem> {
  const listed = aws.at('policyARNs').items.length > 0;
  const written = aws.at('inlinePolicy').text !== undefined;
  if (!aws.present) {
    yield required(aws, 'AWS permissions must be set', { kopsPath });
  } else if (!listed && !written) {
    yield required(aws, 'either inlinePolicy or policyARN must be set', { kopsPath });
  } else if (listed && written) {
    yield forbidden(aws, 'cannot set both inlinePolicy and policyARN', { kopsPath });
  }
}

/** kOps: `validateClusterSpec` (pkg/apis/kops/validation/validation.go), which crashes where `spec.iam` is absent. */
export const karpenterPermissions: ClusterRule = {
  id: 'KARPENTER-PERMISSIONS',
  on: 'cluster',
  severity: 'error',
  title: 'Karpenter runs where service accounts have permissions of their own.',
  explanation:
    'It makes machines by itself, and has a role of its own for that. Set `spec.iam.useServiceAccountExternalPermissions` to true; without `spec.iam`, kOps crashes.',
  kops: ['8.6/22'],
  *check({ cluster: { spec } }): Iterable<Problem> {
    const enabled = spec.at('karpenter', 'enabled');
    if (enabled.flag === true && spec.at('iam', 'useServiceAccountExternalPermissions').flag !== true) {
      yield forbidden(enabled, 'Karpenter requires that service accounts use external permissions');
    }
  },
};

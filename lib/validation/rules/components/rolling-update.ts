import type { Node } from '../../node.ts';
import { forbidden, invalid, type Problem } from '../../problem.ts';
import type { ClusterRule, InstanceGroupRule, RuleText } from '../../rule.ts';

const text = {
  severity: 'error',
  explanation:
    'A rolling update takes machines away (`maxUnavailable`) or adds some for a while (`maxSurge`): a number, or a percentage such as `10%`. With none of both it cannot begin. kOps counts a percentage of `maxUnavailable` below 100% as nothing here. Machines of the control plane cannot be added.',
  kops: ['8.6/29'],
} satisfies Partial<RuleText>;

/** kOps: `validateRollingUpdate` (pkg/apis/kops/validation/validation.go). */
export const clusterRollingUpdate: ClusterRule = {
  ...text,
  id: 'ROLLING-UPDATE',
  on: 'cluster',
  title: 'A rolling update of the cluster may take or add machines.',
  check: ({ cluster }): Iterable<Problem> => rollingUpdateProblems(cluster.spec.at('rollingUpdate'), false),
};

/** kOps: `ValidateInstanceGroup` (pkg/apis/kops/validation/instancegroup.go). */
export const instanceGroupRollingUpdate: InstanceGroupRule = {
  ...text,
  id: 'INSTANCE-GROUP-ROLLING-UPDATE',
  on: 'instance-group',
  title: 'A rolling update of the instance group may take machines or, outside the control plane, add some.',
  check: ({ instanceGroup: { spec } }): Iterable<Problem> =>
    rollingUpdateProblems(spec.at('rollingUpdate'), spec.at('role').text === 'ControlPlane'),
};

function* rollingUpdateProblems(rollingUpdate: Node, ofControlPlane: boolean): Iterable<Problem> {
  const [maxUnavailable, maxSurge] = [rollingUpdate.at('maxUnavailable'), rollingUpdate.at('maxSurge')];
  const unavailable = scaled(maxUnavailable, (share) => Math.floor(share / 100));
  yield* unreadable(maxUnavailable);
  if (maxUnavailable.present && unavailable < 0) {
    yield invalid(maxUnavailable, 'Cannot be negative');
  }
  if (!maxSurge.present) {
    return;
  }
  const surge = scaled(maxSurge, (share) => share);
  yield* unreadable(maxSurge);
  if (ofControlPlane && surge !== 0) {
    const fix = { path: maxSurge.path, value: 0 };
    const detail = 'Cannot surge instance groups with role "ControlPlane"';
    yield forbidden(maxSurge, detail, maxUnavailable.present && unavailable === 0 ? {} : { fix });
  } else if (surge < 0) {
    yield invalid(maxSurge, 'Cannot be negative');
  }
  if (maxUnavailable.present && unavailable === 0 && surge === 0) {
    yield forbidden(maxSurge, 'Cannot be zero if maxUnavailable is zero');
  }
}

/** The number, or a percentage as kOps makes a number of it; 0 for what it cannot read (`GetScaledValueFromIntOrPercent`). */
function scaled(node: Node, fromPercent: (share: number) => number): number {
  const percent = /^([-+]?\d+)%$/.exec(node.text ?? '');
  return percent === null ? (node.number ?? 0) : fromPercent(Number(percent[1]));
}

function* unreadable(node: Node): Iterable<Problem> {
  const value = node.text ?? '';
  if (typeof node.value !== 'string' || /^[-+]?\d+%$/.test(value)) {
    return;
  }
  const reason = value.endsWith('%')
    ? `invalid value ${JSON.stringify(value)}: strconv.Atoi: parsing ${JSON.stringify(value.slice(0, -1))}: invalid syntax`
    : 'invalid type: string is not a percentage';
  yield invalid(node, `Unable to parse: invalid value for IntOrString: ${reason}`);
}

import type { Finding } from './finding.ts';
import type { KopsObject } from './kops-object.ts';
import { jsonPointer } from './pointer.ts';
import { formatProblem, type Problem } from './problem.ts';
import type { ClusterContext, Rule, RuleText, SetSubject } from './rule.ts';

/** A cluster and its instance groups; without the cluster, instance groups by themselves. */
export interface ObjectSet extends ClusterContext {
  readonly cluster: KopsObject | undefined;
  readonly instanceGroups: readonly KopsObject[];
}

/**
 * What the rules find in a cluster and its instance groups: all of it, in one run. Rules never see each other; a rule of the
 * whole set needs the cluster.
 */
export function findingsOfSet(set: ObjectSet, rules: readonly Rule[]): readonly Finding[] {
  return rules.flatMap((rule) => [...problemsOf(rule, set)].map((problem) => toFinding(rule, problem, set.cluster)));
}

function* problemsOf(rule: Rule, { cluster, instanceGroups, ...context }: ObjectSet): Iterable<Problem> {
  if (rule.on === 'instance-group') {
    for (const instanceGroup of instanceGroups) {
      yield* rule.check({ ...context, cluster, instanceGroup });
    }
  } else if (cluster !== undefined) {
    const subject: SetSubject = { ...context, cluster, instanceGroups };
    yield* rule.check(subject);
  }
}

/** A problem, placed in its file. */
export function toFinding(rule: RuleText, problem: Problem, cluster: KopsObject | undefined): Finding {
  const { node, kopsPath, fix } = problem;
  const { object } = node;
  const { document, kind, apiVersion, name } = object;
  return {
    rule: rule.id,
    severity: rule.severity,
    message: formatProblem(problem),
    ...(kopsPath === undefined ? {} : { kopsPath }),
    file: document.file,
    document: document.index,
    pointer: jsonPointer(object.placeOf(node.path)),
    range: object.rangeOf(node.path),
    object: { kind, apiVersion, name },
    ...(cluster === undefined ? {} : { cluster: cluster.name }),
    ...(fix === undefined
      ? {}
      : {
          fix: {
            pointer: jsonPointer(object.placeOf(fix.path)),
            ...(fix.value === undefined ? {} : { value: fix.value }),
            ...(fix.rename === undefined ? {} : { rename: fix.rename }),
          },
        }),
  };
}

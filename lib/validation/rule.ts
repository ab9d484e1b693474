import type { KopsObject } from './kops-object.ts';
import type { Problem } from './problem.ts';
import type { KopsVersion } from './versions.ts';

/** `error`: kOps would refuse it, or a cluster is in danger. `warning`: it works, and should be looked at. `info`: worth knowing. */
export type Severity = 'error' | 'warning' | 'info';

/** What every rule says of itself: the page of the rule is made of it. */
export interface RuleText {
  /** `ETCD-CONTROL-MISSING`: never changed once released, since waivers name it. */
  readonly id: string;
  readonly severity: Severity;
  /** One sentence, what must hold: `Every etcd cluster has an odd number of members.` */
  readonly title: string;
  /** Why, and what to do: a few sentences in Markdown. */
  readonly explanation: string;
  /** Rows of kOps's own validation that the rule covers, as `docs/kops-rules.md` numbers them: `8.2#15`. */
  readonly kops?: readonly string[];
}

/** What is known of a cluster beside its objects. */
export interface ClusterContext {
  /** The version of kOps that wrote it, or that `--kops-version` says; undefined when it is not known. */
  readonly kopsVersion: KopsVersion | undefined;
  /**
   * Whether the spec is what kOps completed (`cluster-completed.spec`), in which every default is written out. kOps
   * calls it strict.
   */
  readonly completed: boolean;
  /** The spec that was applied last (`cluster-completed.spec` of the store), for rules of what may not change. */
  readonly applied?: KopsObject;
}

export interface ClusterSubject extends ClusterContext {
  readonly cluster: KopsObject;
}

export interface InstanceGroupSubject extends ClusterContext {
  readonly instanceGroup: KopsObject;
  /** The cluster that it belongs to; undefined for an instance group by itself. */
  readonly cluster: KopsObject | undefined;
}

/** A cluster with all its instance groups: a manifest with both, or a cluster of a store. */
export interface SetSubject extends ClusterSubject {
  readonly instanceGroups: readonly KopsObject[];
}

/** A rule of one cluster spec. */
export interface ClusterRule extends RuleText {
  readonly on: 'cluster';
  check(subject: ClusterSubject): Iterable<Problem>;
}

/** A rule of one instance group. */
export interface InstanceGroupRule extends RuleText {
  readonly on: 'instance-group';
  check(subject: InstanceGroupSubject): Iterable<Problem>;
}

/** A rule of a cluster together with its instance groups. */
export interface SetRule extends RuleText {
  readonly on: 'set';
  check(subject: SetSubject): Iterable<Problem>;
}

/** A rule: pure, and independent of all others. One file each, with a folder of cases beside its name in `test/validation/rules`. */
export type Rule = ClusterRule | InstanceGroupRule | SetRule;

import type { Reference } from '../kops/cluster-references.ts';
import type { BucketSettings } from '../vfs/bucket-settings.ts';
import type { KopsObject } from './kops-object.ts';
import type { SourceRange } from './manifest/document.ts';
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

/** A file below the prefix of a cluster, as the listing of its store has it. */
export interface StoredFile {
  /** In bytes. */
  readonly size: number;
  /** Undefined where the store does not say. */
  readonly modifiedAt: Date | undefined;
}

/** Another cluster of the same store, and the places that it names for its state. */
export interface OtherCluster {
  /** Its prefix, without the slash at the end. */
  readonly name: string;
  readonly stores: readonly Reference[];
}

/** A cluster as it lies in a store. Keys are relative to the cluster's prefix. */
export interface StoreSubject extends SetSubject {
  /** URL of the store. */
  readonly storeUrl: string;
  /** Where the cluster lies in the store: empty, or ending in `/`. */
  readonly prefix: string;
  /** Everything below the prefix, by key, in the order of keys. */
  readonly files: ReadonlyMap<string, StoredFile>;
  /** The few small files that rules read: `keysOfTexts` says which. They hold secrets, which no problem may quote. */
  readonly texts: ReadonlyMap<string, string>;
  /** As far as they are known. */
  readonly others: readonly OtherCluster[];
  readonly now: Date;
}

/** What a rule finds in a store. */
export interface StoreProblem {
  /** The file that it is about, whether or not it is there; a directory ends in `/`. Relative to the cluster's prefix. */
  readonly key: string;
  /** A plain sentence or two: what is wrong, and what would be right. */
  readonly detail: string;
  /** Where in the file. */
  readonly range?: SourceRange;
}

/** A rule of a cluster together with the files of its store. One file each or a few that belong together; cases are folders in `test/validation/store-rules`. */
export interface StoreRule extends RuleText {
  readonly on: 'store';
  check(subject: StoreSubject): Iterable<StoreProblem>;
}

/** What a store is for: the clusters of a source are alive, a destination holds their replicas. */
export type StoreRole = 'source' | 'destination';

/** A bucket, as far as one of its stores reaches. */
export interface BucketSubject {
  /** URL of the store. */
  readonly storeUrl: string;
  /** Where the store begins in its bucket: empty, or ending in `/`. */
  readonly prefix: string;
  readonly role: StoreRole;
  /** Everything in the store, by key. */
  readonly files: ReadonlyMap<string, StoredFile>;
  readonly settings: BucketSettings;
  /** The ACL that kOps, called in this environment, gives every object that it writes: `KOPS_STATE_S3_ACL`. */
  readonly acl: string | undefined;
  readonly now: Date;
}

/** What a rule finds in the settings of a bucket. */
export interface BucketProblem {
  /** The file that it is about, by its key in the store; absent where it is the bucket. */
  readonly key?: string;
  /** A plain sentence or two: what is wrong, and what would be right. */
  readonly detail: string;
}

/** A rule of how a bucket is set up. Cases are folders in `test/validation/bucket-rules`. */
export interface BucketRule extends RuleText {
  readonly on: 'bucket';
  check(subject: BucketSubject): Iterable<BucketProblem>;
}

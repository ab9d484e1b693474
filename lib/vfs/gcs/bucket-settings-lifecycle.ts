import type { Lifecycle, LifecycleAction, LifecycleFilter, LifecycleTime } from '../bucket-settings.ts';

/** The lifecycle configuration of a bucket (JSON API, "Buckets: resource representations"). */
export interface LifecycleDocument {
  readonly rule?: readonly RuleDocument[];
}

interface RuleDocument {
  readonly action?: { readonly type?: string };
  readonly condition?: Condition;
}

interface Condition {
  readonly age?: number;
  /** A date, of which midnight counts, UTC. */
  readonly createdBefore?: string;
  readonly isLive?: boolean;
  readonly matchesPrefix?: readonly string[];
  readonly matchesSuffix?: readonly string[];
  readonly matchesStorageClass?: readonly string[];
  readonly numNewerVersions?: number;
  readonly daysSinceNoncurrentTime?: number;
  readonly noncurrentTimeBefore?: string;
  readonly daysSinceCustomTime?: number;
  readonly customTimeBefore?: string;
}

/**
 * The rules of a bucket that delete objects. Every storage class of Google can be read at once, so that a move is no loss; and rules for
 * objects with a custom time are for none of kOps's.
 *
 * An object is due at the very time at which it has the age ("Object Lifecycle Management", conditions).
 */
export function lifecycleIn({ rule: rules = [] }: LifecycleDocument): Lifecycle {
  return {
    atMidnight: false,
    rules: rules.flatMap(({ action, condition = {} }, index) =>
      action?.type !== 'Delete' || isOfCustomTime(condition)
        ? []
        : { name: `number ${index + 1}`, filter: filterIn(condition), actions: [deletion(condition)] },
    ),
  };
}

function isOfCustomTime({ daysSinceCustomTime, customTimeBefore }: Condition): boolean {
  return daysSinceCustomTime !== undefined || customTimeBefore !== undefined;
}

function filterIn({ matchesPrefix = [], matchesSuffix = [], matchesStorageClass = [] }: Condition): LifecycleFilter {
  return {
    prefixes: matchesPrefix,
    suffixes: matchesSuffix,
    unjudged: matchesStorageClass.length === 0 ? [] : [`storage class ${matchesStorageClass.join(' or ')}`],
  };
}

/** A live object has no newer version and no time at which it stopped being live: rules that ask for one are for older versions. */
function deletion(condition: Condition): LifecycleAction {
  const { isLive, numNewerVersions = 0, daysSinceNoncurrentTime, noncurrentTimeBefore } = condition;
  const isOfOlder =
    isLive === false ||
    numNewerVersions > 0 ||
    daysSinceNoncurrentTime !== undefined ||
    noncurrentTimeBefore !== undefined;
  return isOfOlder
    ? { kind: 'delete-older', afterDays: daysSinceNoncurrentTime ?? 0, keeps: Math.max(0, numNewerVersions - 1) }
    : { kind: 'delete', when: timeOf(condition) };
}

function timeOf({ age, createdBefore }: Condition): LifecycleTime {
  return {
    ...(age === undefined ? {} : { afterDays: age }),
    ...(createdBefore === undefined ? {} : { writtenBefore: new Date(`${createdBefore}T00:00:00Z`) }),
  };
}

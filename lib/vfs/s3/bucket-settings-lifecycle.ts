import type { GetBucketLifecycleConfigurationCommandOutput, LifecycleRule as S3Rule, Tag } from '@aws-sdk/client-s3';
import type { Lifecycle, LifecycleAction, LifecycleFilter, LifecycleRule, LifecycleTime } from '../bucket-settings.ts';

/** Storage classes of which an object must be restored before it can be read. */
const archives: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/** Smaller objects are not moved, unless the bucket or the rule says otherwise (S3 User Guide, "Transitioning objects"). */
const smallestMoved = 128 * 1024;

/**
 * The rules of a bucket that are switched on.
 *
 * S3 adds the days to the time at which an object was written, and rounds up to the next midnight, UTC (S3 User Guide, "Lifecycle
 * rules: Based on an object's age").
 */
export function lifecycleIn(answer: GetBucketLifecycleConfigurationCommandOutput): Lifecycle {
  const { Rules = [], TransitionDefaultMinimumObjectSize } = answer;
  const leavesSmall = TransitionDefaultMinimumObjectSize === 'all_storage_classes_128K';
  return {
    atMidnight: true,
    rules: Rules.map((rule, index) => ruleIn(rule, index, leavesSmall)).filter(
      (_, i) => Rules[i]?.Status === 'Enabled',
    ),
  };
}

function ruleIn(rule: S3Rule, index: number, leavesSmall: boolean): LifecycleRule {
  const filter = filterIn(rule);
  const isSized = filter.largerThan !== undefined || filter.smallerThan !== undefined;
  return {
    name: rule.ID ?? `number ${index + 1}`,
    filter,
    actions: [...deletions(rule), ...moves(rule, leavesSmall && !isSized)],
  };
}

function filterIn({ Filter = {}, Prefix }: S3Rule): LifecycleFilter {
  const { And = {}, Tag: tag } = Filter;
  const prefix = Filter.Prefix ?? And.Prefix ?? Prefix ?? '';
  const largerThan = Filter.ObjectSizeGreaterThan ?? And.ObjectSizeGreaterThan;
  const smallerThan = Filter.ObjectSizeLessThan ?? And.ObjectSizeLessThan;
  return {
    prefixes: prefix === '' ? [] : [prefix],
    suffixes: [],
    ...(largerThan === undefined ? {} : { largerThan }),
    ...(smallerThan === undefined ? {} : { smallerThan }),
    unjudged: [...(tag === undefined ? [] : [tag]), ...(And.Tags ?? [])].map(inWords),
  };
}

function inWords({ Key, Value }: Tag): string {
  return `tag ${JSON.stringify(Key)} = ${JSON.stringify(Value)}`;
}

/** `ExpiredObjectDeleteMarker` removes what is no object any more, and unfinished uploads are none yet. */
function deletions({ Expiration, NoncurrentVersionExpiration: older }: S3Rule): readonly LifecycleAction[] {
  const when = timeOf(Expiration);
  return [
    ...(when === undefined ? [] : [{ kind: 'delete', when } as const]),
    ...(older === undefined
      ? []
      : [
          {
            kind: 'delete-older',
            afterDays: older.NoncurrentDays ?? 0,
            keeps: older.NewerNoncurrentVersions ?? 0,
          } as const,
        ]),
  ];
}

function moves({ Transitions = [] }: S3Rule, leavesSmall: boolean): readonly LifecycleAction[] {
  return Transitions.flatMap(({ StorageClass = '', ...time }) => {
    const when = timeOf(time);
    const least = leavesSmall ? { largerThan: smallestMoved - 1 } : {};
    return when === undefined || !archives.has(StorageClass)
      ? []
      : [{ kind: 'archive', when, storageClass: StorageClass, ...least } as const];
  });
}

function timeOf(
  given: { readonly Days?: number | undefined; readonly Date?: Date | undefined } = {},
): LifecycleTime | undefined {
  const { Days, Date: from } = given;
  if (Days !== undefined) {
    return { afterDays: Days };
  }
  return from === undefined ? undefined : { from };
}

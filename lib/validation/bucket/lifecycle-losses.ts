import type {
  Lifecycle,
  LifecycleAction,
  LifecycleFilter,
  LifecycleRule,
  LifecycleTime,
} from '../../vfs/bucket-settings.ts';
import { compareKeys } from '../../vfs/keys.ts';
import type { BucketSubject, StoredFile } from '../rule.ts';

/** A file that a lifecycle rule takes away. */
export interface Loss {
  /** Relative to the store. */
  readonly key: string;
  /** From when on; undefined where the store does not say when the file was written. */
  readonly at: Date | undefined;
  /** The storage class that it is moved to, where it cannot be read; undefined where it is deleted. */
  readonly archive: string | undefined;
}

/** The files of a store, and where they lie in their bucket. */
export type BucketFiles = Pick<BucketSubject, 'prefix' | 'files'>;

const dayMs = 24 * 60 * 60 * 1000;

/**
 * What a rule takes away of the files as they are now, what goes first first. A file is in the list once.
 *
 * Conditions that a listing cannot judge are taken not to hold.
 */
export function lossesOf(
  { filter, actions }: LifecycleRule,
  { atMidnight }: Pick<Lifecycle, 'atMidnight'>,
  { prefix, files }: BucketFiles,
): readonly Loss[] {
  const losses = [...files].flatMap(([key, file]) => {
    if (filter.unjudged.length > 0 || !isMeant(filter, `${prefix}${key}`, file)) {
      return [];
    }
    const [first] = actions.flatMap((action) => lossBy(action, key, file, atMidnight)).sort(byTime);
    return first === undefined ? [] : [first];
  });
  return losses.sort(byTime);
}

/** Whether a rule is for a file, as far as a listing tells. `key` is that of the bucket. */
export function isMeant(
  { prefixes, suffixes, largerThan = -1, smallerThan = Number.POSITIVE_INFINITY }: LifecycleFilter,
  key: string,
  { size }: StoredFile,
): boolean {
  return (
    (prefixes.length === 0 || prefixes.some((prefix) => key.startsWith(prefix))) &&
    (suffixes.length === 0 || suffixes.some((suffix) => key.endsWith(suffix))) &&
    size > largerThan &&
    size < smallerThan
  );
}

/** When a file is due; `never`, or undefined where the store does not say when it was written. */
export function dueAt(
  when: LifecycleTime,
  { modifiedAt }: StoredFile,
  atMidnight: boolean,
): Date | 'never' | undefined {
  const { afterDays, from, writtenBefore } = when;
  if (modifiedAt === undefined) {
    return afterDays === undefined && writtenBefore === undefined ? from : undefined;
  }
  if (writtenBefore !== undefined && modifiedAt >= writtenBefore) {
    return 'never';
  }
  const aged = modifiedAt.getTime() + (afterDays ?? 0) * dayMs;
  const due = atMidnight && afterDays !== undefined ? Math.ceil(aged / dayMs) * dayMs : aged;
  return new Date(Math.max(due, from?.getTime() ?? due));
}

function lossBy(action: LifecycleAction, key: string, file: StoredFile, atMidnight: boolean): readonly Loss[] {
  if (action.kind === 'delete-older' || (action.kind === 'archive' && file.size <= (action.largerThan ?? -1))) {
    return [];
  }
  const at = dueAt(action.when, file, atMidnight);
  return at === 'never' ? [] : [{ key, at, archive: action.kind === 'archive' ? action.storageClass : undefined }];
}

/** What has no time comes last: it is lost too, but nothing can be promised of when. */
function byTime(a: Loss, b: Loss): number {
  const [first, second] = [a, b].map(({ at }) => at?.getTime() ?? Number.MAX_VALUE) as [number, number];
  return first - second || compareKeys(a.key, b.key);
}

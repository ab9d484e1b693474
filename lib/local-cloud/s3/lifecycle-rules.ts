import { notImplemented, s3Error } from './errors.ts';
import type { StoredObject, Tag } from './versions.ts';
import { childrenNamed, childText, expectOnly, type XmlElement } from './xml.ts';

/** What a lifecycle rule does, as far as the embedded S3 carries rules out: transitions are kept, and never happen. */
export interface LifecycleRule {
  readonly enabled: boolean;
  readonly prefix: string;
  readonly tags: readonly Tag[];
  /** Current versions go after that many days. */
  readonly expirationDays: number | undefined;
  /** Current versions go from this moment on, in milliseconds since the epoch. */
  readonly expirationDate: number | undefined;
  /** A delete marker with nothing under it goes too. */
  readonly removesLoneMarkers: boolean;
  /** Versions that are no longer current go after that many days. */
  readonly noncurrentDays: number | undefined;
  /** Of those, so many of the newest stay. */
  readonly noncurrentKept: number;
  /** Uploads that were never completed go after that many days. */
  readonly abortUploadDays: number | undefined;
}

/** Reads one `Rule`; throws for what is malformed, and by name for filters that are not supported. */
export function readRule(rule: XmlElement): LifecycleRule {
  expectOnly(rule, [
    'ID',
    'Status',
    'Prefix',
    'Filter',
    'Expiration',
    'NoncurrentVersionExpiration',
    'AbortIncompleteMultipartUpload',
    'Transition',
    'NoncurrentVersionTransition',
  ]);
  const status = childText(rule, 'Status');
  if (status !== 'Enabled' && status !== 'Disabled') {
    throw s3Error('MalformedXML');
  }
  const filter = childrenNamed(rule, 'Filter')[0];
  const conditions = (filter && childrenNamed(filter, 'And')[0]) ?? filter ?? rule;
  refuseSizeFilters(conditions);
  const expiration = childrenNamed(rule, 'Expiration')[0];
  const noncurrent = childrenNamed(rule, 'NoncurrentVersionExpiration')[0];
  const abort = childrenNamed(rule, 'AbortIncompleteMultipartUpload')[0];
  const date = expiration && childText(expiration, 'Date');
  return {
    enabled: status === 'Enabled',
    prefix: childText(conditions, 'Prefix') ?? '',
    tags: childrenNamed(conditions, 'Tag').map((tag) => ({
      key: childText(tag, 'Key') ?? '',
      value: childText(tag, 'Value') ?? '',
    })),
    expirationDays: readDays(expiration, 'Days'),
    expirationDate: date === undefined ? undefined : Date.parse(date),
    removesLoneMarkers: expiration !== undefined && childText(expiration, 'ExpiredObjectDeleteMarker') === 'true',
    noncurrentDays: readDays(noncurrent, 'NoncurrentDays'),
    noncurrentKept: readDays(noncurrent, 'NewerNoncurrentVersions') ?? 0,
    abortUploadDays: readDays(abort, 'DaysAfterInitiation'),
  };
}

/** Whether a rule's filter takes in a key with these tags. */
export function ruleAppliesTo(rule: LifecycleRule, object: Pick<StoredObject, 'key' | 'tags'>): boolean {
  return (
    object.key.startsWith(rule.prefix) &&
    rule.tags.every((wanted) => object.tags.some((tag) => tag.key === wanted.key && tag.value === wanted.value))
  );
}

function refuseSizeFilters(conditions: XmlElement): void {
  for (const name of ['ObjectSizeGreaterThan', 'ObjectSizeLessThan']) {
    if (childText(conditions, name) !== undefined) {
      throw notImplemented(`The lifecycle filter ${name}`);
    }
  }
}

function readDays(element: XmlElement | undefined, name: string): number | undefined {
  const text = element && childText(element, name);
  if (text === undefined) {
    return undefined;
  }
  if (!/^[1-9]\d*$/.test(text)) {
    throw s3Error('InvalidArgument', { message: `'${name}' for a lifecycle action must be a positive integer` });
  }
  return Number(text);
}

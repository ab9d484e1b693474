/** What is known of one setting of a bucket. */
export type Told<T> =
  | { readonly kind: 'known'; readonly value: T }
  /** The store says that there is none. */
  | { readonly kind: 'absent' }
  | Untold;

/** A question that was not answered. Nothing follows from it, least of all that all is well. */
export interface Untold {
  readonly kind: 'unknown';
  readonly because: 'denied' | 'not-offered' | 'not-understood';
  /** What was asked and answered, in the store's own words. */
  readonly reason: string;
}

/** How a bucket is set up, as far as it decides what becomes of the objects in it, and who sees them. */
export interface BucketSettings {
  /** Rules that are switched off are left out. */
  readonly lifecycle: Told<Lifecycle>;
  /** Absent: never switched on. */
  readonly versioning: Told<'enabled' | 'suspended'>;
  /** What keeps the bucket from becoming public. */
  readonly publicAccessBlock: Told<PublicAccessBlock>;
  /** Whether the bucket's policy lets everybody in; absent where it has none. */
  readonly policyIsPublic: Told<boolean>;
  /** To others than the bucket's owner, by the bucket's own ACL; those of its objects are not looked at. */
  readonly grants: Told<readonly BucketGrant[]>;
  /** Whether ACLs count at all: `off` is `BucketOwnerEnforced` of S3, and uniform access of Google. */
  readonly acls: Told<'on' | 'off'>;
  /** For how long every new object is kept, whoever deletes it. */
  readonly retention: Told<Retention>;
  /** What objects are encrypted with where a write does not say. */
  readonly encryption: Told<DefaultEncryption>;
}

/** The rules by which a bucket deletes and moves objects itself. */
export interface Lifecycle {
  readonly rules: readonly LifecycleRule[];
  /** Whether the time that a rule gives an object is rounded up to the next midnight, UTC. */
  readonly atMidnight: boolean;
}

export interface LifecycleRule {
  /** As its owner named it, or its place in the list, from 1 on. */
  readonly name: string;
  readonly filter: LifecycleFilter;
  /** What has no effect on whole objects is left out. */
  readonly actions: readonly LifecycleAction[];
}

/** Which objects a rule is for: those that fulfil every condition. */
export interface LifecycleFilter {
  /** The key begins with one of these; any key where there is none. Keys are those of the bucket. */
  readonly prefixes: readonly string[];
  /** The key ends with one of these; any key where there is none. */
  readonly suffixes: readonly string[];
  /** In bytes; an object of this very size is not meant. */
  readonly largerThan?: number;
  /** In bytes; an object of this very size is not meant. */
  readonly smallerThan?: number;
  /** Conditions on what a listing does not tell: `tag "keep" = "no"`. */
  readonly unjudged: readonly string[];
}

export type LifecycleAction =
  /** The object is gone; in a bucket with versions, what it was becomes an older version. */
  | { readonly kind: 'delete'; readonly when: LifecycleTime }
  /** The object is moved to where nobody can read it, until it is restored. */
  | {
      readonly kind: 'archive';
      readonly when: LifecycleTime;
      readonly storageClass: string;
      /** In bytes, beside that of the filter. */
      readonly largerThan?: number;
    }
  /** Older versions are gone that many days after they were replaced, but for so many of the newest. */
  | { readonly kind: 'delete-older'; readonly afterDays: number; readonly keeps: number };

/** When an object is due: as soon as all of this holds. */
export interface LifecycleTime {
  /** Since it was written. */
  readonly afterDays?: number;
  readonly from?: Date;
  /** Of objects that were written before. */
  readonly writtenBefore?: Date;
}

/** The four switches of S3 Block Public Access. */
export interface PublicAccessBlock {
  readonly refusesAcls: boolean;
  readonly ignoresAcls: boolean;
  readonly refusesPolicy: boolean;
  readonly ignoresPolicy: boolean;
}

export interface BucketGrant {
  /** `account` is one that is named. */
  readonly to: 'everybody' | 'any-account' | 'account';
  /** In the store's words. */
  readonly permission: string;
}

export interface Retention {
  /** In the store's words: `GOVERNANCE`, `COMPLIANCE`, `retention policy`. */
  readonly mode: string;
  /** Absent: until it is released. */
  readonly days?: number;
  /** Whether a key can be written anew meanwhile, since what was there stays as an older version. */
  readonly takesNewVersions: boolean;
}

export interface DefaultEncryption {
  /** In the store's words: `AES256`, `aws:kms`. */
  readonly algorithm: string;
  /** The key that was chosen; absent where the store has one of its own. */
  readonly key?: string;
}

/** The settings of a bucket of which nothing can be told, for one reason. */
export function untoldSettings(because: Untold['because'], reason: string): BucketSettings {
  const untold = { kind: 'unknown', because, reason } as const;
  return {
    lifecycle: untold,
    versioning: untold,
    publicAccessBlock: untold,
    policyIsPublic: untold,
    grants: untold,
    acls: untold,
    retention: untold,
    encryption: untold,
  };
}

/** The value of a setting; undefined where there is none, and where it is not known. */
export function knownValue<T>(told: Told<T>): T | undefined {
  return told.kind === 'known' ? told.value : undefined;
}

/** What an event says about the content under its key. */
export type Meaning = 'created' | 'removed' | 'unchanged';

/**
 * Families of event names, first match wins.
 *
 * Sources: AWS, https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html; MinIO,
 * `internal/event/name.go`; Ceph, https://docs.ceph.com/en/latest/radosgw/s3-notification-compatibility/.
 *
 * In doubt a name counts as a change: looking once too often costs two requests, once too seldom leaves the replica behind.
 * `ReducedRedundancyLostObject` is in none of them on purpose: refused, it reaches somebody who can act on it.
 */
const families: readonly (readonly [family: string, meaning: Meaning])[] = [
  // MinIO files these four under what was created.
  ['ObjectCreated:PutTagging', 'unchanged'],
  ['ObjectCreated:DeleteTagging', 'unchanged'],
  ['ObjectCreated:PutRetention', 'unchanged'],
  ['ObjectCreated:PutLegalHold', 'unchanged'],
  ['ObjectCreated', 'created'],
  ['ObjectRemoved', 'removed'],
  ['LifecycleExpiration', 'removed'],
  // MinIO.
  ['LifecycleDelMarkerExpiration', 'removed'],
  // Ceph: a lifecycle rule, and a change that arrived from another zone.
  ['ObjectLifecycle:Expiration', 'removed'],
  ['ObjectSynced:Create', 'created'],
  ['ObjectSynced:Delete', 'removed'],
  ['ObjectSynced:DeletionMarkerCreated', 'removed'],
  // AWS.
  ['ObjectTagging', 'unchanged'],
  ['ObjectAcl', 'unchanged'],
  ['ObjectAnnotation', 'unchanged'],
  ['ObjectRestore', 'unchanged'],
  ['Replication', 'unchanged'],
  ['IntelligentTiering', 'unchanged'],
  ['LifecycleTransition', 'unchanged'],
  // Ceph.
  ['ObjectLifecycle:Transition', 'unchanged'],
  // MinIO.
  ['ObjectTransition', 'unchanged'],
  ['ObjectAccessed', 'unchanged'],
  ['Scanner', 'unchanged'],
  ['BucketCreated', 'unchanged'],
  ['BucketRemoved', 'unchanged'],
];

/** What an S3 event name such as `ObjectCreated:Put` means; undefined for a name of no known family. */
export function meaningOf(name: string): Meaning | undefined {
  return families.find(([family]) => name === family || name.startsWith(`${family}:`))?.[1];
}

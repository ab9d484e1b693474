import type { Bucket } from './bucket.ts';
import type { Service } from './call.ts';
import type { RemovedEvent } from './events.ts';
import { type LifecycleRule, readRule, ruleAppliesTo } from './lifecycle-rules.ts';
import { nullVersion, type StoredObject, type Version } from './versions.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** Carries out the bucket's lifecycle rules as of now, and tells of each expiration. */
export function runLifecycle(service: Service, bucket: Bucket): void {
  const rules = (bucket.lifecycle ?? []).map(readRule).filter((rule) => rule.enabled);
  for (const rule of rules) {
    abortUploads(service, bucket, rule);
    for (const key of bucket.versions.keys()) {
      if (key.startsWith(rule.prefix)) {
        expireNoncurrent(service, bucket, rule, key);
        expireCurrent(service, bucket, rule, key);
      }
    }
  }
}

function expireCurrent(service: Service, bucket: Bucket, rule: LifecycleRule, key: string): void {
  const current = bucket.versions.current(key);
  if (current?.kind === 'delete-marker') {
    if (rule.removesLoneMarkers && bucket.versions.history(key).length === 1) {
      removeVersion(service, bucket, current);
    }
    return;
  }
  if (current === undefined || !ruleAppliesTo(rule, current) || !isDue(service.now(), rule, current)) {
    return;
  }
  if (bucket.versioning === undefined) {
    removeVersion(service, bucket, current);
    return;
  }
  const versionId = bucket.nextVersionId(service.newVersionId);
  bucket.versions.add({ kind: 'delete-marker', key, versionId, lastModified: service.now() });
  tell(service, bucket, 'DeleteMarkerCreated', key, versionId);
}

/** A version stopped being current when the one after it was written. */
function expireNoncurrent(service: Service, bucket: Bucket, rule: LifecycleRule, key: string): void {
  const { noncurrentDays, noncurrentKept } = rule;
  if (noncurrentDays === undefined) {
    return;
  }
  const history = [...bucket.versions.history(key)];
  for (const [index, version] of history.entries()) {
    const successor = history[index - 1];
    const applies = version.kind === 'delete-marker' || ruleAppliesTo(rule, version);
    const due = successor !== undefined && service.now() - successor.lastModified >= noncurrentDays * dayMs;
    if (applies && due && index > noncurrentKept) {
      removeVersion(service, bucket, version);
    }
  }
}

function abortUploads(service: Service, bucket: Bucket, rule: LifecycleRule): void {
  const { abortUploadDays, prefix } = rule;
  if (abortUploadDays === undefined) {
    return;
  }
  for (const upload of [...bucket.uploads.values()]) {
    if (upload.key.startsWith(prefix) && service.now() - upload.initiated >= abortUploadDays * dayMs) {
      bucket.uploads.delete(upload.id);
    }
  }
}

function isDue(now: number, rule: LifecycleRule, object: StoredObject): boolean {
  const { expirationDays, expirationDate } = rule;
  return (
    (expirationDays !== undefined && now - object.lastModified >= expirationDays * dayMs) ||
    (expirationDate !== undefined && now >= expirationDate)
  );
}

function removeVersion(service: Service, bucket: Bucket, version: Version): void {
  bucket.versions.remove(version.key, version.versionId);
  tell(service, bucket, 'Delete', version.key, version.versionId);
}

function tell(service: Service, bucket: Bucket, event: RemovedEvent, key: string, versionId = nullVersion): void {
  service.publish(bucket, { kind: 'removed', event, key, versionId });
}

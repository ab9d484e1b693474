import { type BucketSettings, type Retention, type Told, untoldSettings } from '../bucket-settings.ts';
import { isVfsError, type VfsError } from '../errors.ts';
import { type LifecycleDocument, lifecycleIn } from './bucket-settings-lifecycle.ts';
import type { GcsConnection } from './connection.ts';
import { api } from './object-names.ts';

/** The parts of a bucket that are looked at (JSON API, "Buckets: resource representations"). */
interface BucketDocument {
  readonly lifecycle?: LifecycleDocument;
  readonly versioning?: { readonly enabled?: boolean };
  readonly iamConfiguration?: {
    readonly publicAccessPrevention?: string;
    readonly uniformBucketLevelAccess?: { readonly enabled?: boolean };
  };
  readonly retentionPolicy?: { readonly retentionPeriod?: string };
  readonly defaultEventBasedHold?: boolean;
  readonly encryption?: { readonly defaultKmsKeyName?: string };
}

/** An IAM policy: who has which role. */
interface IamPolicy {
  readonly bindings?: readonly { readonly members?: readonly string[] }[];
}

const fields = 'lifecycle,versioning,iamConfiguration,retentionPolicy,defaultEventBasedHold,encryption';
const dayS = 24 * 60 * 60;

/**
 * How a bucket is set up, by one question for the bucket and one for its IAM policy. What is denied is `unknown`. Rejects with `VfsError`
 * where the bucket cannot be asked at all.
 */
export async function readBucketSettings(connection: GcsConnection, signal: AbortSignal): Promise<BucketSettings> {
  const path = `${api}/b/${encodeURIComponent(connection.settings.bucket)}`;
  const attempt = connection.attempt('bucketSettings', '');
  const document = await connection
    .ask<BucketDocument>({ method: 'GET', path, query: { fields } }, attempt, signal)
    .catch(errorWhenRefused);
  const policy = await connection
    .ask<IamPolicy>({ method: 'GET', path: `${path}/iam`, query: { fields: 'bindings(members)' } }, attempt, signal)
    .catch(errorWhenRefused);
  return { ...settingsIn(document), policyIsPublic: publicityIn(policy) };
}

function settingsIn(document: BucketDocument | VfsError): BucketSettings {
  if (isVfsError(document)) {
    return untoldSettings(becauseOf(document), document.reason);
  }
  const { lifecycle, versioning, iamConfiguration, encryption } = document;
  const isUniform = iamConfiguration?.uniformBucketLevelAccess?.enabled === true;
  const isPrevented = iamConfiguration?.publicAccessPrevention === 'enforced';
  const key = encryption?.defaultKmsKeyName;
  const retention = retentionIn(document);
  return {
    ...untoldSettings('not-offered', 'ACLs of the bucket are not asked for'),
    lifecycle: lifecycle === undefined ? { kind: 'absent' } : { kind: 'known', value: lifecycleIn(lifecycle) },
    versioning: versioning?.enabled === true ? { kind: 'known', value: 'enabled' } : { kind: 'absent' },
    publicAccessBlock: isPrevented
      ? { kind: 'known', value: { refusesAcls: true, ignoresAcls: true, refusesPolicy: true, ignoresPolicy: true } }
      : { kind: 'absent' },
    ...(isUniform ? { grants: { kind: 'absent' } } : {}),
    acls: { kind: 'known', value: isUniform ? 'off' : 'on' },
    retention: retention === undefined ? { kind: 'absent' } : { kind: 'known', value: retention },
    encryption: { kind: 'known', value: { algorithm: 'AES256', ...(key === undefined ? {} : { key }) } },
  };
}

/** Under a retention policy nothing is written over or deleted before its time; under a hold not before it is released. */
function retentionIn({ retentionPolicy, defaultEventBasedHold }: BucketDocument): Retention | undefined {
  if (defaultEventBasedHold === true) {
    return { mode: 'default event-based hold', takesNewVersions: false };
  }
  const seconds = Number(retentionPolicy?.retentionPeriod ?? 0);
  return seconds > 0
    ? { mode: 'retention policy', days: Math.ceil(seconds / dayS), takesNewVersions: false }
    : undefined;
}

function publicityIn(policy: IamPolicy | VfsError): Told<boolean> {
  if (isVfsError(policy)) {
    return { kind: 'unknown', because: becauseOf(policy), reason: policy.reason };
  }
  const members = (policy.bindings ?? []).flatMap((binding) => binding.members ?? []);
  return { kind: 'known', value: members.some((member) => ['allUsers', 'allAuthenticatedUsers'].includes(member)) };
}

/** The refusal of a question; throws what may pass, and what is about the caller or the bucket. */
function errorWhenRefused(error: unknown): VfsError {
  if (isVfsError(error, 'PermissionDenied', 'NotFound', 'Unsupported')) {
    return error;
  }
  throw error;
}

function becauseOf({ code }: VfsError): 'denied' | 'not-offered' {
  return code === 'PermissionDenied' ? 'denied' : 'not-offered';
}

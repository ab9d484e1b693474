import { bucketArn, type DeployedStore, keyPrefix } from './deployed-store.ts';
import type { PolicyStatement } from './policy-document.ts';

// What the S3 driver asks of a bucket, request by request; docs/deploy.md says why each action is needed.

/** What reading a source takes. */
export function readAccess(store: DeployedStore): readonly PolicyStatement[] {
  return [
    { Sid: 'ReadSource', Effect: 'Allow', Action: 's3:GetObject', Resource: objectsOf(store) },
    listAccess('ListSource', store),
  ];
}

/**
 * What listing a store takes, and being told that a key does not exist: without it S3 answers 403 to a read of an absent key.
 *
 * Such a read carries no `s3:prefix`, hence `IfExists`. A listing without a prefix is let through too; it shows names, not content.
 */
export function listAccess(sid: string, store: DeployedStore): PolicyStatement {
  return { ...onBucket(sid, 's3:ListBucket', store), ...withinPrefix('StringLikeIfExists', store) };
}

/** What keeping a replica takes. Versions are never deleted, so its history stays whatever the role does. */
export function writeAccess(store: DeployedStore): readonly PolicyStatement[] {
  return [
    {
      Sid: 'WriteReplica',
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'],
      Resource: objectsOf(store),
    },
    deleteKnownRevision('DeleteKnownRevision', store),
    listAccess('ListReplica', store),
    { ...onBucket('ListHistory', 's3:ListBucketVersions', store), ...withinPrefix('StringLike', store) },
    onBucket('AskEncryption', 's3:GetEncryptionConfiguration', store),
  ];
}

/** What holding leases in the control store takes. */
export function controlAccess(store: DeployedStore): readonly PolicyStatement[] {
  return [
    { Sid: 'TakeLeases', Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: objectsOf(store) },
    deleteKnownRevision('GiveBackLeases', store),
    listAccess('MissLeases', store),
    onBucket('AskControlEncryption', 's3:GetEncryptionConfiguration', store),
  ];
}

/** What keeping findings takes, in the part of the control store that holds them. */
export function findingsAccess(store: DeployedStore): readonly PolicyStatement[] {
  return [
    { Sid: 'KeepFindings', Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: objectsOf(store) },
    deleteKnownRevision('ForgetOldChanges', store),
    listAccess('ListFindings', store),
    onBucket('AskFindingsEncryption', 's3:GetEncryptionConfiguration', store),
  ];
}

/** All objects of a store, as a resource. */
function objectsOf(store: DeployedStore): string {
  return `${bucketArn(store)}/${keyPrefix(store)}*`;
}

function deleteKnownRevision(sid: string, store: DeployedStore): PolicyStatement {
  return {
    Sid: sid,
    Effect: 'Allow',
    Action: 's3:DeleteObject',
    Resource: objectsOf(store),
    ...(store.plainDeletes ? {} : { Condition: { Null: { 's3:if-match': 'false' } } }),
  };
}

function onBucket(sid: string, action: string, store: DeployedStore): PolicyStatement {
  return { Sid: sid, Effect: 'Allow', Action: action, Resource: bucketArn(store) };
}

function withinPrefix(operator: string, store: DeployedStore): Pick<PolicyStatement, 'Condition'> {
  return store.prefix === '' ? {} : { Condition: { [operator]: { 's3:prefix': `${keyPrefix(store)}*` } } };
}

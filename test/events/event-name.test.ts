import { describe, expect, it } from '@jest/globals';
import { decodeMessage } from '../../lib/events/decode.ts';
import { reasonOf } from './answers.ts';
import { eventBridgeBody, s3Body, s3Record } from './senders.ts';

function named(eventName: string): string {
  return s3Body(s3Record('k', { eventName }));
}

describe('event names', () => {
  it.each([
    ['ObjectCreated:Put', 'created'],
    ['ObjectCreated:Post', 'created'],
    ['ObjectCreated:Copy', 'created'],
    ['ObjectCreated:CompleteMultipartUpload', 'created'],
    ['ObjectCreated:SomethingNew', 'created'],
    ['s3:ObjectCreated:Put', 'created'],
    ['ObjectSynced:Create', 'created'],
    ['ObjectRemoved:Delete', 'removed'],
    ['ObjectRemoved:DeleteMarkerCreated', 'removed'],
    ['ObjectRemoved:SomethingNew', 'removed'],
    ['s3:ObjectRemoved:NoOP', 'removed'],
    ['LifecycleExpiration:Delete', 'removed'],
    ['LifecycleExpiration:DeleteMarkerCreated', 'removed'],
    ['LifecycleExpiration:SomethingNew', 'removed'],
    ['s3:LifecycleDelMarkerExpiration:Delete', 'removed'],
    ['ObjectLifecycle:Expiration:Current', 'removed'],
    ['ObjectLifecycle:Expiration:DeleteMarker', 'removed'],
    ['ObjectSynced:Delete', 'removed'],
    ['ObjectSynced:DeletionMarkerCreated', 'removed'],
  ])('%s is a key that was %s', (name, change) => {
    expect(decodeMessage(named(name))).toMatchObject({ events: [{ change, cause: name.replace('s3:', '') }] });
  });

  it.each([
    'ObjectTagging:Put',
    'ObjectTagging:Delete',
    'ObjectAcl:Put',
    'ObjectAnnotation:Put',
    'ObjectRestore:Post',
    'ObjectRestore:Completed',
    'ObjectRestore:Delete',
    'Replication:OperationFailedReplication',
    'IntelligentTiering',
    'LifecycleTransition',
    's3:ObjectCreated:PutTagging',
    's3:ObjectCreated:DeleteTagging',
    's3:ObjectCreated:PutRetention',
    's3:ObjectCreated:PutLegalHold',
    's3:ObjectAccessed:Get',
    's3:ObjectTransition:Complete',
    's3:Scanner:ManyVersions',
    's3:BucketCreated:*',
    's3:BucketRemoved:*',
    'ObjectLifecycle:Transition:Current',
  ])('%s changes no content and is ignored', (name) => {
    expect(reasonOf(decodeMessage(named(name)), 'ignored')).toBe(
      `Records[0]: "${name.replace('s3:', '')}" changes no content`,
    );
  });

  it.each(['ReducedRedundancyLostObject', 'ObjectCreate', 'ObjectCreatedPut', 'constructor', '__proto__', ''])(
    '%j is unknown and refused',
    (name) => {
      expect(reasonOf(decodeMessage(named(name)), 'refused')).toContain('no known event');
    },
  );

  it.each([
    ['Object Created', 'created'],
    ['Object Deleted', 'removed'],
  ])('%s of EventBridge is a key that was %s', (type, change) => {
    expect(decodeMessage(eventBridgeBody('k', { 'detail-type': type }))).toMatchObject({
      events: [{ change, cause: type }],
    });
  });

  it.each([
    'Object Restore Initiated',
    'Object Restore Completed',
    'Object Restore Expired',
    'Object Storage Class Changed',
    'Object Access Tier Changed',
    'Object ACL Updated',
    'Object Tags Added',
    'Object Tags Deleted',
  ])('%s of EventBridge changes no content and is ignored', (type) => {
    expect(reasonOf(decodeMessage(eventBridgeBody('k', { 'detail-type': type })), 'ignored')).toBe(
      `"${type}" changes no content`,
    );
  });

  it('of EventBridge that are unknown, or of another source, are refused', () => {
    expect(
      reasonOf(decodeMessage(eventBridgeBody('k', { 'detail-type': 'AWS API Call via CloudTrail' })), 'refused'),
    ).toContain('CloudTrail');
    expect(reasonOf(decodeMessage(eventBridgeBody('k', { source: 'aws.ec2' })), 'refused')).toBe(
      'source is "aws.ec2", expected aws.s3',
    );
  });

  it('of a permanent deletion say so', () => {
    const detail = {
      bucket: { name: 'state' },
      object: { key: 'k' },
      reason: 'DeleteObject',
      'deletion-type': 'Permanently Deleted',
    };
    expect(decodeMessage(eventBridgeBody('', { 'detail-type': 'Object Deleted', detail }))).toMatchObject({
      events: [{ change: 'removed', cause: 'Object Deleted (DeleteObject, Permanently Deleted)' }],
    });
  });
});

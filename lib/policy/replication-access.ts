import { type DeployedLeg, type DeployedRoute, queueArn, roleArn } from './deployed-routes.ts';
import { type BucketPlace, bucketArn, type DeployedStore } from './deployed-store.ts';
import type { DeployedValidation } from './deployed-validation.ts';
import { narrowed, type PolicyDocument, type PolicyStatement, policyOf } from './policy-document.ts';
import { controlAccess, findingsAccess, listAccess, readAccess, writeAccess } from './store-access.ts';

// The policies that are deployed, as plain JSON: the CDK app attaches these very documents, and so does the embedded cloud.

/** What the role of a leg's function `replicate` may do: read the source, keep the replica, hold leases where it needs them, and work its queue. */
export function replicateRolePolicy(leg: DeployedLeg): PolicyDocument {
  const { source, destination, queue, deadLetterQueue, control } = leg;
  return policyOf([
    ...asRole(source, readAccess(source)),
    ...asRole(destination, writeAccess(destination)),
    ...(control === undefined ? [] : asRole(control, controlAccess(control))),
    ...assumptions([source, destination, ...(control === undefined ? [] : [control])]),
    workQueue(queueArn(source, queue)),
    sendTo('SendDeadLetters', queueArn(source, deadLetterQueue)),
  ]);
}

/** What the role of the function `validate` may do: read the source, keep findings, work its queue and send to it, and tell those who are named. */
export function validateRolePolicy(validation: DeployedValidation): PolicyDocument {
  const { source, findings, queue, deadLetterQueue, topics, buses } = validation;
  return policyOf([
    ...asRole(source, readAccess(source)),
    ...asRole(findings, findingsAccess(findings)),
    ...assumptions([source, findings]),
    workQueue(queueArn(source, queue)),
    sendTo('SendTasks', queueArn(source, queue)),
    sendTo('SendDeadLetters', queueArn(source, deadLetterQueue)),
    ...allowed('PublishChanges', 'sns:Publish', topics),
    ...allowed('PutChanges', 'events:PutEvents', buses),
  ]);
}

/** What the role of a route's function `reconcile` may do: list the source, and send to the route's queues. */
export function reconcileRolePolicy({ source, legs }: DeployedRoute): PolicyDocument {
  return policyOf([
    ...asRole(source, [listAccess('ListSource', source)]),
    ...assumptions([source]),
    sendTo(
      'SendTasks',
      legs.map(({ queue }) => queueArn(source, queue)),
    ),
  ]);
}

/**
 * The policy of a bucket that holds replicas: TLS only, and for each leg that writes there, under its own prefix, what keeping the replica
 * takes. Legs of other buckets are passed over.
 *
 * The role is named by a condition, not as principal: S3 refuses a principal that does not exist yet, and forgets one that is made anew.
 * The account that is named instead lets nobody in by that: its own policies must allow the same.
 */
export function replicaBucketPolicy(bucket: BucketPlace, legs: readonly DeployedLeg[]): PolicyDocument {
  const writers = legs.filter(({ destination }) => destination.bucket === bucket.bucket);
  return policyOf([denyPlainHttp(bucket), ...writers.flatMap(letWriterIn)]);
}

/** Who may send to a leg's queue, or to the topic before several: S3, for the source's bucket. */
export function notificationPolicy(
  source: BucketPlace,
  action: 'sqs:SendMessage' | 'sns:Publish',
  resource: string,
): PolicyDocument {
  return policyOf([
    {
      Sid: 'TakeBucketEvents',
      Effect: 'Allow',
      Principal: { Service: 's3.amazonaws.com' },
      Action: action,
      Resource: resource,
      Condition: {
        ArnEquals: { 'aws:SourceArn': bucketArn(source) },
        StringEquals: { 'aws:SourceAccount': source.account },
      },
    },
  ]);
}

/** Refuses requests to a bucket that are not encrypted on their way. */
export function denyPlainHttp(bucket: BucketPlace): PolicyStatement {
  return {
    Sid: 'DenyPlainHttp',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [bucketArn(bucket), `${bucketArn(bucket)}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}

/** The role that reaches a leg's destination: the function's own, or the one that it assumes. */
export function writerRole({ source, destination, replicate }: DeployedLeg): string {
  return destination.assumedRole ?? roleArn(source, replicate);
}

function workQueue(queue: string): PolicyStatement {
  return {
    Sid: 'WorkQueue',
    Effect: 'Allow',
    Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
    Resource: queue,
  };
}

function sendTo(sid: string, queues: string | readonly string[]): PolicyStatement {
  return { Sid: sid, Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queues };
}

/** Nothing where there is nobody. */
function allowed(sid: string, action: string, resources: readonly string[]): readonly PolicyStatement[] {
  return resources.length === 0 ? [] : [{ Sid: sid, Effect: 'Allow', Action: action, Resource: resources }];
}

/** Bound to the account that must own the bucket; nothing where another role is assumed to reach the store. */
function asRole(store: DeployedStore, statements: readonly PolicyStatement[]): readonly PolicyStatement[] {
  const owner = { StringEquals: { 's3:ResourceAccount': store.account } };
  return store.assumedRole === undefined ? statements.map((statement) => narrowed(statement, owner)) : [];
}

function assumptions(stores: readonly DeployedStore[]): readonly PolicyStatement[] {
  const roles = [...new Set(stores.flatMap(({ assumedRole }) => assumedRole ?? []))];
  return roles.length === 0
    ? []
    : [{ Sid: 'AssumeStoreRoles', Effect: 'Allow', Action: 'sts:AssumeRole', Resource: roles }];
}

/** A bucket's policy holds the statements of several legs, so that they have no `Sid`, which must be unique. */
function letWriterIn(leg: DeployedLeg): readonly PolicyStatement[] {
  const role = writerRole(leg);
  const [, partition, , , account] = role.split(':');
  return writeAccess(leg.destination).map(({ Sid: _ofRole, ...statement }) => ({
    ...narrowed(statement, { ArnEquals: { 'aws:PrincipalArn': role } }),
    Principal: { AWS: `arn:${partition}:iam::${account}:root` },
  }));
}

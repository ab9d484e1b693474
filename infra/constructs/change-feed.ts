import { type AddToResourcePolicyResult, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BucketNotificationDestinationType, EventType, type IBucketNotificationDestination } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct, DependencyGroup, type IDependable } from 'constructs';
import type { BucketPlace } from '../../lib/policy/deployed-store.ts';
import type { PolicyDocument } from '../../lib/policy/policy-document.ts';
import { notificationPolicy } from '../../lib/policy/replication-access.ts';
import type { DestinationQueue } from './destination-queue.ts';

/** All that changes what a reader of the bucket sees. */
export const changeEvents: readonly EventType[] = [
  EventType.OBJECT_CREATED,
  EventType.OBJECT_REMOVED,
  EventType.LIFECYCLE_EXPIRATION,
];

export interface ChangeFeedProps {
  /** The bucket whose events these are. */
  readonly source: BucketPlace;
  /** What the keys begin with; empty, or ending in a slash. */
  readonly prefix: string;
  /** Each gets every event; at least one. */
  readonly queues: readonly DestinationQueue[];
}

/** Takes a bucket's events to queues: straight to a single one, through a topic to several. */
export class ChangeFeed extends Construct {
  readonly prefix: string;
  readonly targetArn: string;
  readonly targetType: BucketNotificationDestinationType;
  /** What must be there before the bucket may send: S3 tries it out at once. */
  readonly permission: IDependable;

  constructor(scope: Construct, id: string, { source, prefix, queues }: ChangeFeedProps) {
    super(scope, id);
    this.prefix = prefix;
    const [first, ...others] = queues;
    if (first !== undefined && others.length === 0) {
      const { queue } = first;
      this.targetArn = queue.queueArn;
      this.targetType = BucketNotificationDestinationType.QUEUE;
      this.permission = permit(queue, notificationPolicy(source, 'sqs:SendMessage', queue.queueArn));
      return;
    }
    const topic = new Topic(this, 'Topic', { enforceSSL: true });
    for (const { queue, deadLetterQueue } of queues) {
      topic.addSubscription(new SqsSubscription(queue, { rawMessageDelivery: true, deadLetterQueue }));
    }
    this.targetArn = topic.topicArn;
    this.targetType = BucketNotificationDestinationType.TOPIC;
    this.permission = permit(topic, notificationPolicy(source, 'sns:Publish', topic.topicArn));
  }

  /** For a bucket that takes its notifications one by one. */
  get destination(): IBucketNotificationDestination {
    return { bind: () => ({ arn: this.targetArn, type: this.targetType, dependencies: [this.permission] }) };
  }
}

interface WithPolicy {
  addToResourcePolicy(statement: PolicyStatement): AddToResourcePolicyResult;
}

function permit(target: WithPolicy, { Statement }: PolicyDocument): IDependable {
  const added = Statement.map((statement) => target.addToResourcePolicy(PolicyStatement.fromJson(statement)));
  return new DependencyGroup(...added.flatMap(({ policyDependable }) => policyDependable ?? []));
}

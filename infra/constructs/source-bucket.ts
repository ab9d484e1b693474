import { Stack } from 'aws-cdk-lib';
import { Bucket, BucketNotificationDestinationType, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { BucketPlace } from '../../lib/policy/deployed-store.ts';
import { policyOf } from '../../lib/policy/policy-document.ts';
import { denyPlainHttp } from '../../lib/policy/replication-access.ts';
import { acknowledge } from '../acknowledge.ts';
import { type ChangeFeed, changeEvents } from './change-feed.ts';
import { StateBucket } from './state-bucket.ts';

export interface SourceBucketProps {
  readonly place: BucketPlace;
  /** Where its events go. */
  readonly feeds: readonly ChangeFeed[];
  /** Make the bucket, instead of taking one that is there. */
  readonly create: boolean;
}

/** The bucket that holds a source. One that is there keeps everything it has; only our notifications are added to its others. */
export class SourceBucket extends Construct {
  constructor(scope: Construct, id: string, { place, feeds, create }: SourceBucketProps) {
    super(scope, id);
    if (create) {
      this.#create(place, feeds);
    } else {
      this.#takeExisting(place, feeds);
    }
  }

  #create(place: BucketPlace, feeds: readonly ChangeFeed[]): void {
    const policy = policyOf([denyPlainHttp(place)]);
    const { bucket } = new StateBucket(this, 'Created', { bucketName: place.bucket, policy });
    const resource = bucket.node.defaultChild as CfnBucket;
    const configurations = (wanted: BucketNotificationDestinationType) =>
      feeds.filter(({ targetType }) => targetType === wanted).flatMap(notifications);
    const { QUEUE, TOPIC } = BucketNotificationDestinationType;
    resource.notificationConfiguration = {
      queueConfigurations: configurations(QUEUE).map(({ arn, ...rest }) => ({ queue: arn, ...rest })),
      topicConfigurations: configurations(TOPIC).map(({ arn, ...rest }) => ({ topic: arn, ...rest })),
    };
    resource.node.addDependency(...feeds.map(({ permission }) => permission));
  }

  /** S3 keeps all notifications of a bucket in one document; the CDK's own custom resource changes our part of it. */
  #takeExisting(place: BucketPlace, feeds: readonly ChangeFeed[]): void {
    const bucket = Bucket.fromBucketName(this, 'Existing', place.bucket);
    for (const { destination, prefix } of feeds) {
      for (const event of changeEvents) {
        bucket.addEventNotification(event, destination, ...(prefix === '' ? [] : [{ prefix }]));
      }
    }
    const handler = Stack.of(this).node.tryFindChild(notificationsHandler);
    if (handler !== undefined) {
      const policy = 'arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
      acknowledge(handler, `IAM4[Policy::${policy}]`, 'A custom resource of aws-cdk-lib, whose role it makes itself.');
    }
  }
}

/** The name that aws-cdk-lib gives to the custom resource's function in every stack. */
const notificationsHandler = 'BucketNotificationsHandler050a0587b7544547bf325f094a3db834';

function notifications({ targetArn, prefix }: ChangeFeed) {
  const filter = prefix === '' ? {} : { filter: { s3Key: { rules: [{ name: 'prefix', value: prefix }] } } };
  return changeEvents.map((event) => ({ arn: targetArn, event, ...filter }));
}

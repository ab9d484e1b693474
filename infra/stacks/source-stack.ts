import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { ResolvedConfig } from '../../lib/config/resolved.ts';
import type { SourceBucket as PlannedBucket } from '../../lib/policy/deployed-buckets.ts';
import type { DeployedLeg } from '../../lib/policy/deployed-routes.ts';
import { ChangeFeed } from '../constructs/change-feed.ts';
import type { DestinationQueue } from '../constructs/destination-queue.ts';
import { functionBundle } from '../constructs/function-bundle.ts';
import { ReplicationLeg } from '../constructs/replication-leg.ts';
import { ScheduledReconcile } from '../constructs/scheduled-reconcile.ts';
import { SourceBucket } from '../constructs/source-bucket.ts';

export interface SourceStackProps extends StackProps {
  /** The bucket, and the routes that read it. */
  readonly source: PlannedBucket;
  /** What the functions carry with them. */
  readonly config: ResolvedConfig;
  /** The folder that holds the built bundles, one folder for each function. */
  readonly bundles: string;
  /** Make the source's bucket. @default false a bucket that is there is taken */
  readonly createBucket?: boolean;
  /** Name of a topic in the stack's account and region that is told of alarms. @default - nobody is told */
  readonly alarmTopic?: string;
}

/** All that runs for the routes of one source bucket, beside that bucket. */
export class SourceStack extends Stack {
  constructor(scope: Construct, id: string, props: SourceStackProps) {
    const { source, config, bundles, createBucket = false, alarmTopic: topicName, ...stackProps } = props;
    super(scope, id, stackProps);
    const alarmTopic = topicName === undefined ? {} : { alarmTopic: this.#topicNamed(topicName) };
    const queues = this.#addLegs(source, functionBundle(this, 'replicate', bundles, config), alarmTopic);
    const feeds = source.feeds.map(({ prefix, legs }) => {
      const fed = legs.flatMap((leg) => queues.get(leg) ?? []);
      return new ChangeFeed(this, `Events${prefix}`, { source: source.place, prefix, queues: fed });
    });
    new SourceBucket(this, 'Source', { place: source.place, feeds, create: createBucket && !source.isReplica });
    const code = functionBundle(this, 'reconcile', bundles, config);
    for (const route of source.routes) {
      new ScheduledReconcile(this, route.reconcile, { route, code, queues, ...alarmTopic });
    }
  }

  #addLegs({ routes }: PlannedBucket, code: Code, alarmTopic: { alarmTopic?: ITopic }) {
    const queues = new Map<DeployedLeg, DestinationQueue>();
    for (const leg of routes.flatMap((route) => route.legs)) {
      queues.set(leg, new ReplicationLeg(this, leg.queue, { leg, code, ...alarmTopic }).queue);
    }
    return queues;
  }

  #topicNamed(name: string): ITopic {
    return Topic.fromTopicArn(this, 'AlarmTopic', this.formatArn({ service: 'sns', resource: name }));
  }
}

import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { ResolvedConfig } from '../../lib/config/resolved.ts';
import type { SourceBucket as PlannedBucket } from '../../lib/policy/deployed-buckets.ts';
import type { DeployedLeg } from '../../lib/policy/deployed-routes.ts';
import type { DeployedValidation } from '../../lib/policy/deployed-validation.ts';
import { ChangeFeed } from '../constructs/change-feed.ts';
import { ClusterValidation } from '../constructs/cluster-validation.ts';
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
  /** For how many minutes a cluster's configuration may be invalid before an alarm. @default 15 */
  readonly heldMinutes?: number;
}

interface ValidationProps extends Pick<SourceStackProps, 'bundles' | 'config'> {
  readonly heldMinutes: number | undefined;
  readonly alarmTopic?: ITopic;
}

/** All that runs for the routes of one source bucket, beside that bucket. */
export class SourceStack extends Stack {
  constructor(scope: Construct, id: string, props: SourceStackProps) {
    const { source, config, bundles, createBucket = false, alarmTopic: topicName, heldMinutes, ...stackProps } = props;
    super(scope, id, stackProps);
    const alarmTopic = topicName === undefined ? {} : { alarmTopic: this.#topicNamed(topicName) };
    const queues = this.#addLegs(source, functionBundle(this, 'replicate', bundles, config), alarmTopic);
    const judged = this.#addValidations(source, { bundles, config, heldMinutes, ...alarmTopic });
    const feeds = source.feeds.map(({ prefix, legs, validations }) => {
      const fed = [
        ...legs.flatMap((leg) => queues.get(leg) ?? []),
        ...validations.flatMap((validation) => judged.get(validation) ?? []),
      ];
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

  #addValidations({ validations }: PlannedBucket, props: ValidationProps) {
    const { bundles, config, heldMinutes = 15, alarmTopic } = props;
    const queues = new Map<DeployedValidation, DestinationQueue>();
    if (validations.length === 0) {
      return queues;
    }
    const code = functionBundle(this, 'validate', bundles, config);
    for (const validation of validations) {
      const heldFor = Duration.minutes(heldMinutes);
      const construct = new ClusterValidation(this, validation.validate, {
        validation,
        code,
        heldFor,
        ...(alarmTopic && { alarmTopic }),
      });
      queues.set(validation, construct.queue);
    }
    return queues;
  }

  #topicNamed(name: string): ITopic {
    return Topic.fromTopicArn(this, 'AlarmTopic', this.formatArn({ service: 'sns', resource: name }));
  }
}

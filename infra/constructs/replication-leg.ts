import { Duration } from 'aws-cdk-lib';
import { type Code, EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { DeployedLeg } from '../../lib/policy/deployed-routes.ts';
import { replicateRolePolicy } from '../../lib/policy/replication-access.ts';
import { Alarms } from './alarms.ts';
import { DestinationQueue } from './destination-queue.ts';
import { functionTimeout, StatesyncFunction } from './statesync-function.ts';

export interface ReplicationLegProps {
  readonly leg: DeployedLeg;
  /** The bundle of `replicate`. */
  readonly code: Code;
  /** Told of every alarm. @default - nobody is told */
  readonly alarmTopic?: ITopic;
  /** The most batches that are worked on at a time. @default 10 */
  readonly maxConcurrency?: number;
}

/** What keeps one destination of a route: its queue, and the function that works it. */
export class ReplicationLeg extends Construct {
  readonly queue: DestinationQueue;

  constructor(scope: Construct, id: string, props: ReplicationLegProps) {
    super(scope, id);
    const { leg, code, alarmTopic, maxConcurrency = 10 } = props;
    this.queue = new DestinationQueue(this, 'Changes', {
      queueName: leg.queue,
      deadLetterQueueName: leg.deadLetterQueue,
      functionTimeout,
    });
    const { queue, deadLetterQueue } = this.queue;
    const worker = new StatesyncFunction(this, 'Replicate', {
      functionName: leg.replicate,
      description: `Replicates changes of route ${leg.route} to ${leg.destination.name}.`,
      code,
      policy: replicateRolePolicy(leg),
      environment: {
        STATESYNC_ROUTE: leg.route,
        STATESYNC_DESTINATION: leg.destination.name,
        STATESYNC_QUEUE_URL: queue.queueUrl,
        STATESYNC_DEAD_LETTER_URL: deadLetterQueue.queueUrl,
      },
    });
    new EventSourceMapping(this, 'Work', {
      target: worker.function,
      eventSourceArn: queue.queueArn,
      // Far above the brake's limit: a mass delete must meet it inside one batch.
      batchSize: 200,
      maxBatchingWindow: Duration.seconds(1),
      reportBatchItemFailures: true,
      maxConcurrency,
    });
    new Alarms(this, 'Alarms', { worker, queue: this.queue, ...(alarmTopic && { topic: alarmTopic }) });
  }
}

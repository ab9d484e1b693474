import { Duration, SecretValue } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { type Code, EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { DeployedValidation } from '../../lib/policy/deployed-validation.ts';
import { validateRolePolicy } from '../../lib/policy/replication-access.ts';
import { Alarms } from './alarms.ts';
import { DestinationQueue } from './destination-queue.ts';
import { functionTimeout, StatesyncFunction } from './statesync-function.ts';

export interface ClusterValidationProps {
  readonly validation: DeployedValidation;
  /** The bundle of `validate`. */
  readonly code: Code;
  /** Told of every alarm. @default - nobody is told */
  readonly alarmTopic?: ITopic;
  /** For how long a cluster's configuration may be invalid before an alarm. @default Duration.minutes(15) */
  readonly heldFor?: Duration;
  /** How often all clusters are judged though nothing changed. @default Duration.minutes(15) */
  readonly every?: Duration;
}

/** What judges the clusters of one source: a queue of its events and of the schedule's messages, and the function that works it. */
export class ClusterValidation extends Construct {
  readonly queue: DestinationQueue;

  constructor(scope: Construct, id: string, props: ClusterValidationProps) {
    super(scope, id);
    const { validation, code, alarmTopic, heldFor = Duration.minutes(15), every = Duration.minutes(15) } = props;
    const store = validation.source.name;
    this.queue = new DestinationQueue(this, 'Changes', {
      queueName: validation.queue,
      deadLetterQueueName: validation.deadLetterQueue,
      functionTimeout,
    });
    const { queue, deadLetterQueue } = this.queue;
    const worker = new StatesyncFunction(this, 'Validate', {
      functionName: validation.validate,
      description: `Judges the clusters of ${store}.`,
      code,
      policy: validateRolePolicy(validation),
      memorySize: 1024,
      environment: {
        STATESYNC_STORE: store,
        STATESYNC_QUEUE_URL: queue.queueUrl,
        STATESYNC_DEAD_LETTER_URL: deadLetterQueue.queueUrl,
        ...secretsOf(validation),
      },
    });
    new EventSourceMapping(this, 'Work', {
      target: worker.function,
      eventSourceArn: queue.queueArn,
      // The events of one kops command come in few batches, each of which looks at a cluster once.
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(10),
      reportBatchItemFailures: true,
      maxConcurrency: 2,
    });
    new Rule(this, 'Schedule', {
      description: `When all clusters of ${store} are judged.`,
      schedule: Schedule.rate(every),
      targets: [
        new SqsQueue(queue, { message: RuleTargetInput.fromObject({ statesync: 1, task: 'judge-all', store }) }),
      ],
    });
    const held = { metric: heldSeconds(store, every), threshold: heldFor };
    new Alarms(this, 'Alarms', { worker, queue: this.queue, held, ...(alarmTopic && { topic: alarmTopic }) });
  }
}

/** The longest time that any cluster of a store has been invalid; the period is never without a value. */
function heldSeconds(store: string, every: Duration): Metric {
  return new Metric({
    namespace: 'kops-statesync',
    metricName: 'HeldSeconds',
    dimensionsMap: { Store: store },
    statistic: 'max',
    period: Duration.minutes(every.toMinutes() + 5),
  });
}

/** Filled in by CloudFormation, so that no template holds a secret. */
function secretsOf({ secretVariables }: DeployedValidation): Record<string, string> {
  const values = secretVariables.map((name) => [name, SecretValue.secretsManager(`statesync/${name}`).unsafeUnwrap()]);
  return Object.fromEntries(values);
}

import { Duration, Stack } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { DeployedLeg, DeployedRoute } from '../../lib/policy/deployed-routes.ts';
import { reconcileRolePolicy } from '../../lib/policy/replication-access.ts';
import { Alarms } from './alarms.ts';
import type { DestinationQueue } from './destination-queue.ts';
import { StatesyncFunction } from './statesync-function.ts';

export interface ScheduledReconcileProps {
  readonly route: DeployedRoute;
  /** The bundle of `reconcile`. */
  readonly code: Code;
  /** The queues of the route's legs, and perhaps of others. */
  readonly queues: ReadonlyMap<DeployedLeg, DestinationQueue>;
  /** Told of every alarm. @default - nobody is told */
  readonly alarmTopic?: ITopic;
  /** @default Duration.hours(1) */
  readonly every?: Duration;
}

/** What mends the loss of events: the function that sends every part of a route's source to its queues, again and again. */
export class ScheduledReconcile extends Construct {
  constructor(scope: Construct, id: string, props: ScheduledReconcileProps) {
    super(scope, id);
    const { route, code, queues, alarmTopic, every = Duration.hours(1) } = props;
    const urls = Object.fromEntries(route.legs.map((leg) => [leg.destination.name, queues.get(leg)?.queue.queueUrl]));
    const worker = new StatesyncFunction(this, 'Reconcile', {
      functionName: route.reconcile,
      description: `Asks for a reconcile of every part of route ${route.name}.`,
      code,
      policy: reconcileRolePolicy(route),
      environment: { STATESYNC_ROUTE: route.name, STATESYNC_QUEUES: Stack.of(this).toJsonString(urls) },
    });
    new Rule(this, 'Schedule', {
      description: `When route ${route.name} is reconciled.`,
      schedule: Schedule.rate(every),
      targets: [new LambdaFunction(worker.function)],
    });
    new Alarms(this, 'Alarms', { worker, ...(alarmTopic && { topic: alarmTopic }) });
  }
}

import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { FilterPattern } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { DestinationQueue } from './destination-queue.ts';
import type { StatesyncFunction } from './statesync-function.ts';

export interface AlarmsProps {
  readonly worker: StatesyncFunction;
  /** @default - the function works no queue */
  readonly queue?: DestinationQueue;
  /** For how long what the function judges has been invalid, and from when on that is an alarm. @default - it judges nothing */
  readonly held?: { readonly metric: IMetric; readonly threshold: Duration };
  /** Told of every alarm. @default - nobody is told; the alarms are seen in CloudWatch */
  readonly topic?: ITopic;
}

const often = Duration.minutes(5);

/** What somebody should look at: a function that fails, and changes that were given up, that wait, or that come again and again. */
export class Alarms extends Construct {
  readonly #topic: ITopic | undefined;

  constructor(scope: Construct, id: string, { worker, queue, held, topic }: AlarmsProps) {
    super(scope, id);
    this.#topic = topic;
    this.#watchFunction(worker);
    if (queue !== undefined) {
      this.#watchQueue(queue);
    }
    if (held !== undefined) {
      const sentence =
        'The configuration of a cluster is invalid, and no longer by an edit under way: statesync get findings.';
      this.#alarm('Held', held.metric, held.threshold.toSeconds(), sentence);
    }
  }

  #watchFunction({ function: watched, functionName, logGroup }: StatesyncFunction): void {
    const sum = { period: often, statistic: 'sum' };
    const reported = logGroup.addMetricFilter('Reported', {
      filterPattern: FilterPattern.stringValue('$.level', '=', 'error'),
      metricNamespace: 'kops-statesync',
      metricName: functionName,
    });
    this.#alarm('Errors', watched.metricErrors(sum), 1, 'The function failed as a whole; its log says why.');
    this.#alarm('Throttles', watched.metricThrottles(sum), 1, 'The function was not let run as often as needed.');
    this.#alarm('Reported', reported.metric(sum), 1, 'The log of the function says what needs a look.');
  }

  #watchQueue({ queue, deadLetterQueue }: DestinationQueue): void {
    const givenUp = deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period: often, statistic: 'max' });
    this.#alarm('DeadLetters', givenUp, 1, 'Changes were given up; the attributes of a dead letter say why.');
    const age = queue.metricApproximateAgeOfOldestMessage({ period: often, statistic: 'max' });
    this.#alarm('Late', age, Duration.hours(1).toSeconds(), 'Changes have waited for an hour.');
    // A message that came three times no longer counts as the oldest one: those that are put off show nowhere but here.
    const putOff = queue.metricApproximateNumberOfMessagesNotVisible({ period: Duration.hours(1), statistic: 'min' });
    this.#alarm('Stuck', putOff, 1, 'For three hours there was always a change that could not be made.', 3);
  }

  #alarm(id: string, metric: IMetric, threshold: number, alarmDescription: string, evaluationPeriods = 1): void {
    const alarm = new Alarm(this, id, {
      metric,
      threshold,
      evaluationPeriods,
      alarmDescription,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (this.#topic !== undefined) {
      alarm.addAlarmAction(new SnsAction(this.#topic));
    }
  }
}

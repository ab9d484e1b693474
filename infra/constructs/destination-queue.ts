import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface DestinationQueueProps {
  readonly queueName: string;
  readonly deadLetterQueueName: string;
  /** The longest that one delivery is worked on. */
  readonly functionTimeout: Duration;
}

/** As long as SQS keeps messages. */
const retentionPeriod = Duration.days(14);
/** A message that is put off comes fewer times than this in its whole life; only a crash of the function counts so high. */
const maxReceiveCount = 100;
/** What AWS advises, so that a batch is not delivered twice at a time: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const timeoutsUntilVisible = 6;

/** A queue of changes with its dead-letter queue: of one destination, or of the validation of one source. */
export class DestinationQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;

  constructor(
    scope: Construct,
    id: string,
    { queueName, deadLetterQueueName, functionTimeout }: DestinationQueueProps,
  ) {
    super(scope, id);
    const common = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod };
    this.deadLetterQueue = new Queue(this, 'DeadLetters', { ...common, queueName: deadLetterQueueName });
    this.queue = new Queue(this, 'Queue', {
      ...common,
      queueName,
      visibilityTimeout: Duration.seconds(functionTimeout.toSeconds() * timeoutsUntilVisible),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount },
    });
  }
}

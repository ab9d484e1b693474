import type { Message, SQS } from '@aws-sdk/client-sqs';

/** An SQS endpoint under test. */
export interface SqsSubject {
  /** A client of the account that owns the queues. */
  readonly sqs: SQS;
  /** A client of another account, an administrator there. */
  readonly stranger: SQS;
  readonly strangerAccount: string;
}

/** A new queue of the owner's, with a name of its own. */
export async function makeQueue({ sqs }: SqsSubject, Attributes: Record<string, string> = {}): Promise<string> {
  const { QueueUrl } = await sqs.createQueue({ QueueName: newName(), Attributes });
  return QueueUrl!;
}

let made = 0;

/** A name that no queue has had, here or in an earlier run against the same server. */
export function newName(): string {
  made += 1;
  return `contract-${Date.now().toString(36)}-${made}`;
}

/** The queue's attributes; all of them unless named. */
export async function attributesOf(
  { sqs }: SqsSubject,
  QueueUrl: string,
): Promise<Readonly<Record<string, string | undefined>>> {
  return (await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['All'] })).Attributes ?? {};
}

/** The first message that comes, with all its attributes. Fails when none comes within five seconds. */
export async function receiveOne({ sqs }: SqsSubject, QueueUrl: string): Promise<Message & { ReceiptHandle: string }> {
  const { Messages = [] } = await sqs.receiveMessage({
    QueueUrl,
    WaitTimeSeconds: 5,
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  });
  const [message] = Messages;
  if (message?.ReceiptHandle === undefined) {
    throw new Error(`no message came from ${QueueUrl}`);
  }
  return { ...message, ReceiptHandle: message.ReceiptHandle };
}

import type { Identity } from '../identity.ts';
import { receiveWithin } from '../sqs/long-poll.ts';
import { received } from '../sqs/message-operations.ts';
import { addressOf, type SqsService } from '../sqs/service.ts';
import type { QueueReader } from './event-source-mapping.ts';

/**
 * Reads a queue of the embedded SQS for a mapping, with the permissions of the identity that `as` answers: a session
 * of the function's role. Throws where Lambda refuses to make the mapping: the queue is not there, or the role lacks
 * one of the three permissions that a mapping needs.
 */
export function queueReader(service: SqsService, queueArn: string, as: () => Identity): QueueReader {
  const queue = service.get(addressOf(queueArn));
  for (const action of ['GetQueueAttributes', 'ReceiveMessage', 'DeleteMessage']) {
    try {
      service.authorize(as(), action, queueArn);
    } catch (cause) {
      const message = `The provided execution role does not have permissions to call ${action} on SQS`;
      throw new Error(message, { cause });
    }
  }
  return {
    arn: queueArn,
    visibilityTimeout: queue.settings.visibilityTimeout,
    receive: async (most, waitSeconds, signal) => {
      service.authorize(as(), 'ReceiveMessage', queueArn);
      const options = { most, deadLetters: service.deadLettersOf(queue) };
      const deliveries = await receiveWithin(queue, options, waitSeconds, service.now, signal);
      return deliveries.map((delivery) => received(delivery, ['All'], ['All']));
    },
    delete: async (receiptHandles) => {
      service.authorize(as(), 'DeleteMessage', queueArn);
      for (const receiptHandle of receiptHandles) {
        queue.delete(receiptHandle);
      }
    },
  };
}

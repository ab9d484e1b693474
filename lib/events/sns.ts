import type { DecodedMessage } from './decoded-message.ts';
import { field, inWords, parseJson, text } from './fields.ts';
import { refused } from './record.ts';

/**
 * Takes the message out of what SNS delivers to a queue that did not ask for raw delivery, and hands it to `decode`.
 *
 * Undefined where SNS did not wrap the message. The signature is not checked: the queue's policy says who may send.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html.
 */
export function decodeSns(message: unknown, decode: (message: unknown) => DecodedMessage): DecodedMessage | undefined {
  const type = text(message, 'Type');
  if (type === undefined || text(message, 'TopicArn') === undefined) {
    return undefined;
  }
  if (type !== 'Notification') {
    return refused(
      `SNS sent a ${inWords(type)}; a subscription is confirmed at SNS, only "Notification" carries events`,
    );
  }
  const wrapped = field(message, 'Message');
  const inner = typeof wrapped === 'string' ? parseJson(wrapped) : undefined;
  return inner === undefined ? refused('the Message that SNS delivered is no JSON') : decode(inner);
}

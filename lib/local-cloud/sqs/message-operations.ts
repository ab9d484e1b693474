import { principalId } from '../sts/principal-id.ts';
import { SqsError } from './errors.ts';
import { type Input, optionalInteger, requiredText, textList } from './input.ts';
import { receiveWithin } from './long-poll.ts';
import {
  chosenAttributes,
  type MessageAttributes,
  md5OfAttributes,
  md5OfBody,
  readContent,
} from './message-content.ts';
import type { Delivery, QueuedMessage } from './message-store.ts';
import type { Operation } from './operations.ts';
import type { Queue } from './queue.ts';
import { queueOf } from './queue-operations.ts';

/** A message as `ReceiveMessage` gives it. */
export interface ReceivedMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly MD5OfBody: string;
  readonly Body: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MD5OfMessageAttributes?: string;
  readonly MessageAttributes?: MessageAttributes;
}

/** Sends one message of a request, or of a batch's entry, and answers what the sender is told of it. */
export function send(queue: Queue, input: Input, senderArn: string): Readonly<Record<string, string>> {
  const content = readContent(input, queue.settings.maximumMessageSize);
  const delay = optionalInteger(input, 'DelaySeconds', 0, 900);
  const md5 = md5OfAttributes(content.attributes);
  return {
    MessageId: queue.send(content, principalId(senderArn), delay),
    MD5OfMessageBody: md5OfBody(content.body),
    ...(md5 === undefined ? {} : { MD5OfMessageAttributes: md5 }),
  };
}

/** Changes the visibility of one message of a request, or of a batch's entry. */
export function changeVisibility(queue: Queue, input: Input): void {
  const handle = requiredText(input, 'ReceiptHandle');
  const seconds = optionalInteger(input, 'VisibilityTimeout', 0, 43_200);
  if (seconds === undefined) {
    throw new SqsError('MissingParameter', 'The request must contain the parameter VisibilityTimeout.');
  }
  queue.changeVisibility(handle, seconds);
}

/** A delivery as a receiver sees it who asked for these attributes. */
export function received(
  { message, receiptHandle }: Delivery,
  systemNames: readonly string[],
  attributeNames: readonly string[],
): ReceivedMessage {
  const system = Object.entries(systemAttributes(message)).filter(
    ([name]) => systemNames.includes('All') || systemNames.includes(name),
  );
  const attributes = chosenAttributes(message.content.attributes, attributeNames);
  const md5 = md5OfAttributes(attributes);
  return {
    MessageId: message.id,
    ReceiptHandle: receiptHandle,
    MD5OfBody: md5OfBody(message.content.body),
    Body: message.content.body,
    ...(system.length === 0 ? {} : { Attributes: Object.fromEntries(system) }),
    ...(md5 === undefined ? {} : { MD5OfMessageAttributes: md5, MessageAttributes: attributes }),
  };
}

const sendMessage: Operation = (call) => send(queueOf(call, 'SendMessage'), call.input, call.identity.arn);

const receiveMessage: Operation = async (call) => {
  const { input, service, signal } = call;
  const queue = queueOf(call, 'ReceiveMessage');
  const options = {
    most: optionalInteger(input, 'MaxNumberOfMessages', 1, 10) ?? 1,
    visibilityTimeout: optionalInteger(input, 'VisibilityTimeout', 0, 43_200),
    deadLetters: service.deadLettersOf(queue),
  };
  const seconds = optionalInteger(input, 'WaitTimeSeconds', 0, 20) ?? queue.settings.waitTime;
  // AttributeNames is the older name of the same list.
  const systemNames = [...textList(input, 'AttributeNames'), ...textList(input, 'MessageSystemAttributeNames')];
  const attributeNames = textList(input, 'MessageAttributeNames');
  const deliveries = await receiveWithin(queue, options, seconds, service.now, signal);
  const messages = deliveries.map((delivery) => received(delivery, systemNames, attributeNames));
  return messages.length === 0 ? {} : { Messages: messages };
};

const deleteMessage: Operation = (call) => {
  queueOf(call, 'DeleteMessage').delete(requiredText(call.input, 'ReceiptHandle'));
  return {};
};

const changeMessageVisibility: Operation = (call) => {
  changeVisibility(queueOf(call, 'ChangeMessageVisibility'), call.input);
  return {};
};

/** The operations on single messages, by name. */
export const messageOperations: Readonly<Record<string, Operation>> = {
  SendMessage: sendMessage,
  ReceiveMessage: receiveMessage,
  DeleteMessage: deleteMessage,
  ChangeMessageVisibility: changeMessageVisibility,
};

function systemAttributes(message: QueuedMessage): Readonly<Record<string, string>> {
  return {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    ...(message.deadLetterSource === undefined ? {} : { DeadLetterQueueSourceArn: message.deadLetterSource }),
  };
}

import type { DecodedMessage } from './decoded-message.ts';
import { decodeEventBridge } from './event-bridge.ts';
import { parseJson } from './fields.ts';
import { refused } from './record.ts';
import { decodeS3Notification, decodeS3TestEvent } from './s3-notification.ts';
import { decodeSns } from './sns.ts';
import { decodeTask } from './task.ts';

/** Each form that a message can have; a form that is not the message's answers undefined. */
const forms: readonly ((message: unknown) => DecodedMessage | undefined)[] = [
  decodeTask,
  decodeS3Notification,
  decodeS3TestEvent,
  decodeEventBridge,
];

/**
 * Reads the body of a message from a queue or a webhook, whoever sent it: a bucket notification of AWS, MinIO or Ceph, an EventBridge
 * event, either of them wrapped by SNS, S3's test event, or a task of our own.
 *
 * Never throws, takes time in proportion to the body, and keeps every record of it: as an event, or with the reason why it is none.
 */
export function decodeMessage(body: string): DecodedMessage {
  const message = parseJson(body);
  if (message === undefined) {
    return refused('the message is no JSON');
  }
  return decodeSns(message, decodeUnwrapped) ?? decodeUnwrapped(message);
}

function decodeUnwrapped(message: unknown): DecodedMessage {
  for (const decode of forms) {
    const decoded = decode(message);
    if (decoded !== undefined) {
      return decoded;
    }
  }
  return refused('the message is neither a bucket notification, an EventBridge event, an SNS notification nor a task');
}

import { SqsError } from './errors.ts';
import { type Input, isObject, requiredText } from './input.ts';
import { LARGEST_MESSAGE } from './message-content.ts';
import { changeVisibility, send } from './message-operations.ts';
import type { Call, Operation } from './operations.ts';
import type { Queue } from './queue.ts';
import { queueOf } from './queue-operations.ts';

const MOST_ENTRIES = 10;

const sendMessageBatch: Operation = (call) => {
  const entries = entriesOf(call.input);
  const size = entries.reduce((sum, entry) => sum + Buffer.byteLength(String(entry['MessageBody'] ?? '')), 0);
  if (size > LARGEST_MESSAGE) {
    const message = `Batch requests cannot be longer than ${LARGEST_MESSAGE} bytes. You have sent ${size} bytes.`;
    throw new SqsError('BatchRequestTooLong', message);
  }
  return eachEntry(call, entries, 'SendMessage', (queue, entry) => send(queue, entry, call.identity.arn));
};

const deleteMessageBatch: Operation = (call) =>
  eachEntry(call, entriesOf(call.input), 'DeleteMessage', (queue, entry) => {
    queue.delete(requiredText(entry, 'ReceiptHandle'));
    return {};
  });

const changeMessageVisibilityBatch: Operation = (call) =>
  eachEntry(call, entriesOf(call.input), 'ChangeMessageVisibility', (queue, entry) => {
    changeVisibility(queue, entry);
    return {};
  });

/** The operations on batches of messages, by name. They need the permission of the operation on one message. */
export const batchOperations: Readonly<Record<string, Operation>> = {
  SendMessageBatch: sendMessageBatch,
  DeleteMessageBatch: deleteMessageBatch,
  ChangeMessageVisibilityBatch: changeMessageVisibilityBatch,
};

function eachEntry(
  call: Call,
  entries: readonly Input[],
  action: string,
  perform: (queue: Queue, entry: Input) => object,
): object {
  const queue = queueOf(call, action);
  const successful: object[] = [];
  const failed: object[] = [];
  for (const entry of entries) {
    const id = entry['Id'];
    try {
      successful.push({ Id: id, ...perform(queue, entry) });
    } catch (error) {
      if (!(error instanceof SqsError)) {
        throw error;
      }
      failed.push({ Id: id, SenderFault: true, Code: error.queryCode, Message: error.message });
    }
  }
  return {
    ...(successful.length === 0 ? {} : { Successful: successful }),
    ...(failed.length === 0 ? {} : { Failed: failed }),
  };
}

function entriesOf(input: Input): readonly Input[] {
  const entries = input['Entries'] ?? [];
  if (!Array.isArray(entries) || !entries.every(isObject) || entries.length === 0) {
    throw new SqsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (entries.length > MOST_ENTRIES) {
    const message = `Maximum number of entries per request are ${MOST_ENTRIES}. You have sent ${entries.length}.`;
    throw new SqsError('TooManyEntriesInBatchRequest', message);
  }
  const ids = entries.map((entry) => String(entry['Id'] ?? ''));
  if (!ids.every((id) => /^[\w-]{1,80}$/.test(id))) {
    const message =
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.';
    throw new SqsError('InvalidBatchEntryId', message);
  }
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) {
    throw new SqsError('BatchEntryIdsNotDistinct', `Id ${repeated} repeated.`);
  }
  return entries;
}

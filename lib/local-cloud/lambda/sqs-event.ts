import type { ReceivedMessage } from '../sqs/message-operations.ts';

/** The event that Lambda makes of messages of a queue. */
export function sqsEvent(messages: readonly ReceivedMessage[], queueArn: string): object {
  return { Records: messages.map((message) => recordOf(message, queueArn)) };
}

/**
 * The ids of the messages of a batch that have failed, from a function's answer with `ReportBatchItemFailures`.
 * As Lambda documents it: nothing, `null`, and an empty or missing `batchItemFailures` mean that all succeeded; an
 * answer that is not of the form, or an identifier that is empty, `null` or not in the batch, that all failed.
 */
export function failedIds(payload: string, batch: readonly string[]): readonly string[] {
  const response = parse(payload);
  if (response === null) {
    return [];
  }
  if (typeof response !== 'object' || Array.isArray(response)) {
    return batch;
  }
  const failures: unknown = (response as { readonly batchItemFailures?: unknown }).batchItemFailures ?? [];
  if (!Array.isArray(failures)) {
    return batch;
  }
  const ids = failures.map((failure: { readonly itemIdentifier?: unknown } | null) => failure?.itemIdentifier);
  return ids.every((id): id is string => typeof id === 'string' && batch.includes(id)) ? ids : batch;
}

function parse(payload: string): unknown {
  try {
    return payload === '' ? null : JSON.parse(payload);
  } catch {
    return payload;
  }
}

function recordOf(message: ReceivedMessage, queueArn: string): object {
  const attributes = Object.entries(message.MessageAttributes ?? {}).map(([name, attribute]) => [
    name,
    {
      ...(attribute.StringValue === undefined ? {} : { stringValue: attribute.StringValue }),
      ...(attribute.BinaryValue === undefined ? {} : { binaryValue: attribute.BinaryValue }),
      stringListValues: [],
      binaryListValues: [],
      dataType: attribute.DataType,
    },
  ]);
  const md5 = message.MD5OfMessageAttributes;
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(attributes),
    md5OfBody: message.MD5OfBody,
    ...(md5 === undefined ? {} : { md5OfMessageAttributes: md5 }),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(':')[3],
  };
}

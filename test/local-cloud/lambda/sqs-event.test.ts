import { describe, expect, it } from '@jest/globals';
import { failedIds, sqsEvent } from '../../../lib/local-cloud/lambda/sqs-event.ts';

const batch = ['m1', 'm2', 'm3'];
const answer = (...ids: readonly unknown[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

describe('the answer of a function that reports batch item failures', () => {
  it.each([
    ['null', null],
    ['an empty object', {}],
    ['an object without the list', { done: true }],
    ['a list that is null', { batchItemFailures: null }],
    ['an empty list', { batchItemFailures: [] }],
  ])('%s means that all succeeded', (_, response) => {
    expect(failedIds(JSON.stringify(response), batch)).toEqual([]);
  });

  it('names the messages that failed', () => {
    expect(failedIds(JSON.stringify(answer('m3', 'm1')), batch)).toEqual(['m3', 'm1']);
  });

  it.each([
    ['a text', 'done'],
    ['a number', 7],
    ['a list', ['m1']],
    ['a list of failures that is none', { batchItemFailures: 'm1' }],
    ['an identifier that is not in the batch', answer('m1', 'm9')],
    ['an empty identifier', answer('')],
    ['an identifier that is null', answer('m1', null)],
    ['another name for the identifier', { batchItemFailures: [{ messageId: 'm1' }] }],
    ['a failure that is null', { batchItemFailures: [null] }],
    ['a failure that is a text', { batchItemFailures: ['m1'] }],
  ])('%s means that all failed', (_, response) => {
    expect(failedIds(JSON.stringify(response), batch)).toEqual(batch);
  });

  it('that is not JSON means that all failed', () => {
    expect(failedIds('{"batchItemFailures":', batch)).toEqual(batch);
  });
});

describe('the event of messages', () => {
  it('has the form that Lambda documents', () => {
    const message = {
      MessageId: 'm1',
      ReceiptHandle: 'handle',
      Body: 'text',
      MD5OfBody: 'md5',
      Attributes: { ApproximateReceiveCount: '1' },
      MD5OfMessageAttributes: 'md5 of attributes',
      MessageAttributes: {
        kind: { DataType: 'String', StringValue: 'x' },
        raw: { DataType: 'Binary', BinaryValue: 'AA==' },
      },
    };
    const lists = { stringListValues: [], binaryListValues: [] };
    expect(sqsEvent([message], 'arn:aws:sqs:eu-west-1:111111111111:work')).toEqual({
      Records: [
        {
          messageId: 'm1',
          receiptHandle: 'handle',
          body: 'text',
          attributes: { ApproximateReceiveCount: '1' },
          messageAttributes: {
            kind: { stringValue: 'x', dataType: 'String', ...lists },
            raw: { binaryValue: 'AA==', dataType: 'Binary', ...lists },
          },
          md5OfBody: 'md5',
          md5OfMessageAttributes: 'md5 of attributes',
          eventSource: 'aws:sqs',
          eventSourceARN: 'arn:aws:sqs:eu-west-1:111111111111:work',
          awsRegion: 'eu-west-1',
        },
      ],
    });
  });
});

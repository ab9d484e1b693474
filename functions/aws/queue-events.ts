/**
 * What Lambda hands to a function for a batch of SQS messages, as far as it is used.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export interface QueueEvent {
  readonly Records: readonly QueueRecord[];
}

export interface QueueRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: {
    readonly ApproximateReceiveCount?: string;
    /** Milliseconds since the epoch. */
    readonly SentTimestamp?: string;
  };
}

/** Names the messages that are to come again; all others are deleted. */
export interface QueueBatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** The part of Lambda's context that is used. */
export interface FunctionContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

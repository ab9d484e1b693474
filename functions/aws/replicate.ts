import { SQSClient } from '@aws-sdk/client-sqs';
import { deadlineSignal, required, startRuntime } from '../runtime.ts';
import { createBatchSurroundings } from './batch-surroundings.ts';
import { handleBatch } from './handle-batch.ts';
import type { FunctionContext, QueueBatchResponse, QueueEvent } from './queue-events.ts';
import { Queues } from './queues.ts';

const runtime = startRuntime();
const started = createBatchSurroundings(runtime, new Queues(new SQSClient({ maxAttempts: 3 })));
started.catch(() => {}); // Each invocation awaits it and fails by it.

/** Replicates what a batch of SQS messages speaks of to the one destination that the queue is for. */
export async function handler(event: QueueEvent, context: FunctionContext): Promise<QueueBatchResponse> {
  const signal = deadlineSignal(context.getRemainingTimeInMillis());
  const logger = runtime.logger({
    requestId: context.awsRequestId,
    destination: required(runtime.environment, 'STATESYNC_DESTINATION'),
  });
  return handleBatch(event, { ...(await started), logger }, signal);
}

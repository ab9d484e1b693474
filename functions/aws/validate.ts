import { SQSClient } from '@aws-sdk/client-sqs';
import { deadlineSignal, startConfigured } from '../runtime.ts';
import type { FunctionContext, QueueBatchResponse, QueueEvent } from './queue-events.ts';
import { Queues } from './queues.ts';
import { handleValidateBatch } from './validate-batch.ts';
import { createValidateSurroundings } from './validate-surroundings.ts';

const configured = startConfigured();
const started = createValidateSurroundings(configured, new Queues(new SQSClient({ maxAttempts: 3 })));
started.catch(() => {}); // Each invocation awaits it and fails by it.

/** Judges the clusters that a batch of SQS messages speaks of: bucket events, and tasks of its own and of the schedule. */
export async function handler(event: QueueEvent, context: FunctionContext): Promise<QueueBatchResponse> {
  const signal = deadlineSignal(context.getRemainingTimeInMillis());
  const surroundings = await started;
  const logger = configured.logger({ requestId: context.awsRequestId, store: surroundings.store });
  return handleValidateBatch(event, { ...surroundings, logger }, signal);
}

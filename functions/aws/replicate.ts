import { destinationNamed, policyOf, routesConcerned } from '../../lib/config/routes.ts';
import { systemClock } from '../../lib/flow/clock.ts';
import { createReplicator } from '../../lib/replication/replicator.ts';
import { deadlineSignal, required, startRuntime } from '../runtime.ts';
import { type BatchSurroundings, handleBatch } from './handle-batch.ts';
import type { FunctionContext, QueueBatchResponse, QueueEvent } from './queue-events.ts';
import { Queues } from './queues.ts';

const runtime = startRuntime();
const started = start();
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

async function start(): Promise<Omit<BatchSurroundings, 'logger'>> {
  const { environment, config, route } = runtime;
  const name = required(environment, 'STATESYNC_DESTINATION');
  const queueUrl = required(environment, 'STATESYNC_QUEUE_URL');
  const deadLetterUrl = required(environment, 'STATESYNC_DEAD_LETTER_URL');
  const destination = destinationNamed(route, name);
  if (destination === undefined) {
    throw new Error(
      `STATESYNC_DESTINATION names ${JSON.stringify(name)}, and route ${route.name} has no such destination; deploy again`,
    );
  }
  const queues = new Queues();
  const [source, replica] = await Promise.all([runtime.open(route.from), runtime.open(name)]);
  return {
    replicator: createReplicator({
      source,
      destination: replica,
      policy: policyOf(route, destination),
      brake: route.brake,
      clock: systemClock,
    }),
    route: route.name,
    destination: name,
    keyInSource: (bucket, key) =>
      routesConcerned(config, bucket, key).find((concerned) => concerned.route === route)?.key,
    deadLetter: (record, reason) => queues.deadLetter(deadLetterUrl, record, reason),
    clock: systemClock,
    putOff: (record) => queues.putOff(queueUrl, record),
  };
}

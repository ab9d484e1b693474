import { SQSClient } from '@aws-sdk/client-sqs';
import { deadlineSignal, required, startRuntime } from '../runtime.ts';
import { fanOut, parseQueueUrls } from './fan-out.ts';
import type { FunctionContext } from './queue-events.ts';
import { Queues } from './queues.ts';
import { prefixesToReconcile } from './reconcile-prefixes.ts';

const runtime = startRuntime();
const queues = new Queues(new SQSClient({ maxAttempts: 3 }));
const source = runtime.open(runtime.route.from);
source.catch(() => {}); // Each invocation awaits it and fails by it.

/** What one invocation sent. */
export interface ReconcileSent {
  readonly prefixes: number;
  readonly messages: number;
}

/** On a schedule: finds what the source holds, and asks every destination's queue to reconcile each part of it. */
export async function handler(_event: unknown, context: FunctionContext): Promise<ReconcileSent> {
  const { route, environment } = runtime;
  const signal = deadlineSignal(context.getRemainingTimeInMillis());
  const queueUrls = parseQueueUrls(required(environment, 'STATESYNC_QUEUES'));
  const prefixes = await prefixesToReconcile(await source, route, signal);
  await fanOut({ route, queueUrls, send: (url, bodies) => queues.send(url, bodies) }, prefixes);
  runtime.logger({ requestId: context.awsRequestId }).log(prefixes.length === 0 ? 'warn' : 'info', 'reconcile sent', {
    prefixes: prefixes.length,
    destinations: route.to.length,
  });
  return { prefixes: prefixes.length, messages: prefixes.length * route.to.length };
}

import { carriesCluster } from '../../lib/config/routes.ts';
import { encodeTask } from '../../lib/events/task.ts';
import { discoverClusters } from '../../lib/kops/clusters.ts';
import { deadlineSignal, required, startRuntime } from '../runtime.ts';
import type { FunctionContext } from './queue-events.ts';
import { Queues } from './queues.ts';

const runtime = startRuntime();
const queues = new Queues();
const source = runtime.open(runtime.route.from);
source.catch(() => {}); // Each invocation awaits it and fails by it.

/** What one fan-out sent. */
export interface FanOut {
  readonly clusters: readonly string[];
  readonly messages: number;
}

/** On a schedule: finds the clusters of the source, and asks every destination's queue to reconcile each of them. */
export async function handler(_event: unknown, context: FunctionContext): Promise<FanOut> {
  const { route, environment } = runtime;
  const signal = deadlineSignal(context.getRemainingTimeInMillis());
  const clusters: string[] = [];
  for await (const { name } of discoverClusters(await source, { signal })) {
    if (carriesCluster(route, name)) {
      clusters.push(name);
    }
  }
  const urls = queueUrls(required(environment, 'STATESYNC_QUEUES'));
  for (const { store } of route.to) {
    const url = urls[store];
    if (url === undefined) {
      throw new Error(`STATESYNC_QUEUES names no queue for destination ${store}; deploy again`);
    }
    const task = (cluster: string) => encodeTask({ route: route.name, destination: store, cluster, depth: 0 });
    await queues.send(url, clusters.map(task));
  }
  runtime
    .logger({ requestId: context.awsRequestId })
    .log('info', 'reconcile sent', { clusters, destinations: route.to.length });
  return { clusters, messages: clusters.length * route.to.length };
}

function queueUrls(text: string): Readonly<Record<string, string | undefined>> {
  return JSON.parse(text) as Readonly<Record<string, string | undefined>>;
}

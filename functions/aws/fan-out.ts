import type { ResolvedRoute } from '../../lib/config/resolved.ts';
import { encodeTask } from '../../lib/events/task.ts';

/** Where the tasks of a reconcile go. */
export interface FanOutSurroundings {
  readonly route: Pick<ResolvedRoute, 'name' | 'to'>;
  /** The URL of each destination's queue, by the name of its store. */
  readonly queueUrls: QueueUrls;
  /** Sends messages to a queue; rejects when it does not take them all. */
  readonly send: (queueUrl: string, bodies: readonly string[]) => Promise<void>;
}

export type QueueUrls = Readonly<Record<string, string | undefined>>;

/**
 * Asks the queue of every destination of a route to reconcile each of the prefixes.
 *
 * A queue that refuses holds back no other; only then it rejects, with an error that names the destinations that were not asked.
 */
export async function fanOut(
  { route, queueUrls, send }: FanOutSurroundings,
  prefixes: readonly string[],
): Promise<void> {
  const sent = await Promise.allSettled(
    route.to.map(async ({ store }) => {
      const url = Object.hasOwn(queueUrls, store) ? queueUrls[store] : undefined;
      if (url === undefined) {
        throw new Error('STATESYNC_QUEUES names no queue for it; deploy again');
      }
      const task = (prefix: string) => encodeTask({ route: route.name, destination: store, prefix, depth: 0 });
      await send(url, prefixes.map(task));
    }),
  );
  const failed = sent.flatMap((result, i) =>
    result.status === 'rejected' ? [`${route.to[i]?.store} (${reasonOf(result.reason)})`] : [],
  );
  if (failed.length > 0) {
    throw new Error(
      `the reconcile was not sent to ${failed.length} of ${sent.length} destinations: ${failed.join(', ')}`,
    );
  }
}

/** Reads STATESYNC_QUEUES. Throws an error that says what to do. */
export function parseQueueUrls(text: string): QueueUrls {
  const value = parsed(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error('STATESYNC_QUEUES is no JSON object of queue URLs by destination; deploy again');
  }
  return value as QueueUrls;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Errors of the SDK are named only: their text may quote the request and what signed it. */
function reasonOf(error: unknown): string {
  return error instanceof Error && error.name === 'Error'
    ? error.message
    : `${error instanceof Error ? error.name : 'unknown'}`;
}

import { decodeMessage } from '../../lib/events/decode.ts';
import { decodeJudgeTask, type JudgeTask } from '../../lib/events/judge-task.ts';
import type { ObjectEvent } from '../../lib/events/object-event.ts';
import { summarize } from '../../lib/events/record.ts';
import { maxTaskDepth } from '../../lib/events/task.ts';
import type { LookRequest } from '../../lib/findings/look-at-cluster.ts';
import type { Fate } from './message-fate.ts';

/** A cluster to look at, and how many messages led to that. */
export interface AskedLook {
  readonly cluster: string;
  readonly seen?: string;
  readonly isDue: boolean;
  readonly depth: number;
}

/** What a message asks for: looks, or all of them; and how it ends once that is done. */
export interface AskedWork {
  readonly looks: readonly AskedLook[];
  readonly isForAll: boolean;
  readonly end: Fate;
}

const done: Fate = { kind: 'done' };

/** Reads a message to the function that validates the store of this name. `clusterOf` says of which of its clusters an event speaks. */
export function readMessage(
  body: string,
  store: string,
  clusterOf: (event: ObjectEvent) => string | undefined,
): AskedWork {
  const decoded = decodeJudgeTask(body) ?? decodeMessage(body);
  switch (decoded.kind) {
    case 'judge-task':
      return workOfTask(decoded.task, store);
    case 'events': {
      const clusters = new Set(decoded.events.flatMap((event) => clusterOf(event) ?? []));
      const looks = [...clusters].map((cluster) => ({ cluster, isDue: false, depth: 0 }));
      return { looks, isForAll: false, end: decoded.refused.length > 0 ? never(summarize(decoded.refused)) : done };
    }
    case 'ignored':
      return { looks: [], isForAll: false, end: done };
    case 'refused':
      return { looks: [], isForAll: false, end: never(decoded.reason) };
    case 'task':
      return { looks: [], isForAll: false, end: never('the task is a reconcile, and this function validates') };
  }
}

/**
 * The looks of a batch, one for each cluster, however many messages ask for it. It is due if one of them says so, and overdue when one has waited for as
 * long as a chain of messages may be.
 */
export function merged(asked: readonly AskedLook[]): readonly (LookRequest & Pick<AskedLook, 'depth'>)[] {
  const clusters = new Set(asked.map(({ cluster }) => cluster));
  return [...clusters].map((cluster) => {
    const looks = asked.filter((look) => look.cluster === cluster);
    const depth = Math.max(...looks.map((look) => look.depth));
    return {
      cluster,
      seen: new Set(looks.flatMap(({ seen }) => seen ?? [])),
      isDue: looks.some(({ isDue }) => isDue),
      isOverdue: depth >= maxTaskDepth,
      depth,
    };
  });
}

function workOfTask(task: JudgeTask, store: string): AskedWork {
  if (task.store !== store) {
    const end = never(`the task is for the store ${task.store}, and this function validates ${store}`);
    return { looks: [], isForAll: false, end };
  }
  return task.task === 'judge-all'
    ? { looks: [], isForAll: true, end: done }
    : { looks: [task], isForAll: false, end: done };
}

function never(reason: string): Fate {
  return { kind: 'never', reason };
}

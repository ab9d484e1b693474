import { encodeJudgeTask } from '../../lib/events/judge-task.ts';
import type { ObjectEvent } from '../../lib/events/object-event.ts';
import type { FindingRecords } from '../../lib/findings/finding-records.ts';
import { type JudgedCluster, type LookRequest, lookAtCluster } from '../../lib/findings/look-at-cluster.ts';
import type { Recipient } from '../../lib/findings/recipient.ts';
import { tell } from '../../lib/findings/tell.ts';
import type { Clock } from '../../lib/flow/clock.ts';
import { mapConcurrently } from '../../lib/flow/concurrency.ts';
import type { OtherCluster } from '../../lib/validation/rule.ts';
import type { Waiver } from '../../lib/validation/waivers.ts';
import { isRefusedCondition } from '../../lib/vfs/errors.ts';
import type { Store } from '../../lib/vfs/store.ts';
import { logJudgement, metricsOf } from './log-judgement.ts';
import { type Fate, fateOfError, withinLife } from './message-fate.ts';
import type { QueueBatchResponse, QueueEvent } from './queue-events.ts';
import { type MessageEnds, settleMessage } from './settle-message.ts';
import { type AskedLook, merged, readMessage } from './validate-messages.ts';

/** What the work on a batch needs of its surroundings. */
export interface ValidateSurroundings extends MessageEnds {
  /** Name of the store whose clusters are judged. */
  readonly store: string;
  readonly source: Store;
  readonly records: FindingRecords;
  readonly recipients: readonly Recipient[];
  readonly waivers: readonly Waiver[];
  /** For how long a cluster is quiet before it is judged, in seconds. */
  readonly settle: number;
  /** The cluster that an event is about; undefined where it is about none that is judged, or asks for no look. */
  readonly clusterOf: (event: ObjectEvent) => string | undefined;
  /** The clusters to judge by the clock: those that are there, and those that have a record. */
  readonly clusters: (signal: AbortSignal) => Promise<readonly string[]>;
  /** Where all clusters of the source say that their state lies. */
  readonly others: (signal: AbortSignal) => Promise<readonly OtherCluster[]>;
  /** Sends messages to the function's own queue, where they arrive after so many seconds. */
  readonly send: (bodies: readonly string[], delaySeconds: number) => Promise<void>;
  /** Writes one line of the log as it is. */
  readonly write: (line: string) => void;
  readonly clock: Pick<Clock, 'now'>;
}

/** Clusters looked at, and messages settled, at a time. */
const concurrency = 4;

/**
 * Handles one batch: a cluster is looked at once, however many messages speak of it. Every message ends in a look, comes again, or goes to the dead-letter queue
 * with its reason (docs/promises.md, 9).
 *
 * What the schedule asked for does not come again when it fails: the schedule asks again. It is logged as an error.
 */
export async function handleValidateBatch(
  event: QueueEvent,
  surroundings: ValidateSurroundings,
  signal: AbortSignal,
): Promise<QueueBatchResponse> {
  const { store, clusterOf, clock } = surroundings;
  const messages = event.Records.map((record) => ({ record, ...readMessage(record.body, store, clusterOf) }));
  const fates = await lookAtAll(
    messages.flatMap(({ looks }) => looks),
    surroundings,
    signal,
  );
  const failures = await mapConcurrently(messages, concurrency, async ({ record, looks, isForAll, end }) => {
    const own = [
      ...looks.map((look) => fateOfLook(look, fates)),
      ...(isForAll ? [await sendAll(surroundings, signal)] : []),
    ];
    const fate = withinLife(record, own.find(({ kind }) => kind !== 'done') ?? end, clock);
    return (await settleMessage(record, fate, surroundings)) ? [] : [{ itemIdentifier: record.messageId }];
  });
  return { batchItemFailures: failures.flat() };
}

async function lookAtAll(
  asked: readonly AskedLook[],
  surroundings: ValidateSurroundings,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Fate>> {
  let others: Promise<readonly OtherCluster[]> | undefined;
  const askOthers = () => {
    others ??= surroundings.others(signal);
    return others;
  };
  const fates = await mapConcurrently(merged(asked), concurrency, async (request) => {
    const fate = await lookAt(request, { ...surroundings, others: askOthers }, signal);
    return [request.cluster, fate] as const;
  });
  return new Map(fates);
}

type LookFor = Omit<ValidateSurroundings, 'others'> & { readonly others: () => Promise<readonly OtherCluster[]> };

async function lookAt(
  request: LookRequest & Pick<AskedLook, 'depth'>,
  surroundings: LookFor,
  signal: AbortSignal,
): Promise<Fate> {
  const { store, recipients, settle, send, logger } = surroundings;
  const { cluster, isDue, depth } = request;
  try {
    const ids = recipients.map(({ id }) => id);
    const look = await lookAtCluster(request, { ...surroundings, recipients: ids }, signal);
    switch (look.kind) {
      case 'nothing':
        return { kind: 'done' };
      case 'moving': {
        const task = { task: 'judge', store, cluster, seen: look.fingerprint, isDue, depth: depth + 1 } as const;
        await send([encodeJudgeTask(task)], settle);
        logger.log('info', 'cluster is moving', { cluster, depth });
        return { kind: 'done' };
      }
      case 'judged':
        logJudgement(look.judged.record, look.previous, logger);
        return await report({ ...look.judged, isNew: true }, surroundings, signal);
      case 'unchanged':
        return await report({ ...look.judged, isNew: false }, surroundings, signal);
    }
  } catch (error) {
    const fate = fateOfError(error);
    const isRace = isRefusedCondition(error); // Somebody else has judged it meanwhile.
    logger.log(isDue && !isRace ? 'error' : 'warn', 'cluster not judged', { cluster, reason: fate.reason });
    return fate;
  }
}

/** Writes the metrics of a cluster, of one that is gone a last time; and tells whoever has not been told. One who cannot be told now is told with the next look. */
async function report(
  { isNew, ...judged }: JudgedCluster & { readonly isNew: boolean },
  { store, records, recipients, clock, write, logger }: LookFor,
  signal: AbortSignal,
): Promise<Fate> {
  if (judged.record.state !== 'gone' || isNew) {
    write(metricsOf(judged.record, { store, now: clock.now() }));
  }
  for (const { recipient, reason } of await tell(judged, { records, recipients }, signal)) {
    logger.log('error', 'recipient not told', { cluster: judged.record.cluster, recipient, reason });
  }
  return { kind: 'done' };
}

/** What a look means for a message that asked for it. */
function fateOfLook({ cluster, isDue }: AskedLook, fates: ReadonlyMap<string, Fate>): Fate {
  const fate = fates.get(cluster) ?? { kind: 'done' };
  return isDue ? { kind: 'done' } : fate;
}

async function sendAll({ store, clusters, send, logger }: ValidateSurroundings, signal: AbortSignal): Promise<Fate> {
  try {
    const names = await clusters(signal);
    const tasks = names.map((cluster) => ({ task: 'judge', store, cluster, isDue: true, depth: 1 }) as const);
    await send(tasks.map(encodeJudgeTask), 0);
    logger.log('info', 'looks asked for', { clusters: names.length });
  } catch (error) {
    logger.log('error', 'clusters not found', { reason: fateOfError(error).reason });
  }
  return { kind: 'done' };
}

import type { Logger } from '../../lib/telemetry/logger.ts';
import type { Fate } from './message-fate.ts';
import type { QueueRecord } from './queue-events.ts';

/** Where messages go that are not simply finished with. */
export interface MessageEnds {
  /** Sends a message that can never succeed to the dead-letter queue, with the reason. */
  readonly deadLetter: (record: QueueRecord, reason: string) => Promise<void>;
  /** Puts off the next delivery of a message, longer with every delivery. */
  readonly putOff: (record: QueueRecord) => Promise<void>;
  readonly logger: Logger;
}

/** Acts on a fate. True when the message is finished with. */
export async function settleMessage(
  record: QueueRecord,
  fate: Fate,
  { deadLetter, putOff, logger }: MessageEnds,
): Promise<boolean> {
  const { messageId } = record;
  try {
    if (fate.kind === 'never') {
      logger.log('error', 'message sent to the dead-letter queue', { messageId, reason: fate.reason });
      await deadLetter(record, fate.reason);
      return true;
    }
    if (fate.kind === 'again') {
      logger.log('warn', 'message put off', { messageId, reason: fate.reason });
      await putOff(record);
      return false;
    }
    return true;
  } catch (error) {
    // Where the queue itself cannot be reached, the message stays and comes again when its visibility timeout ends.
    logger.log('error', 'queue not reached', { messageId, reason: error instanceof Error ? error.name : 'unknown' });
    return false;
  }
}

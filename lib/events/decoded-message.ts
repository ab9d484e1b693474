import type { ObjectEvent } from './object-event.ts';
import type { ReconcileTask } from './task.ts';

/**
 * What a message from a queue or a webhook asks for.
 *
 * - `events`: at least one event, in the order of the records. Records beside them that ask for nothing are in `ignored`, those that
 *   cannot be understood in `refused`, one reason each. Act on the events, and where `refused` is not empty send the whole message to
 *   the dead-letter queue too: a redrive then repeats the good records, which does no harm, and no record is lost.
 * - `task`: one of our own messages.
 * - `ignored`: it changes no content. Acknowledge it.
 * - `refused`: it can never be understood, however often it is delivered. It goes to the dead-letter queue with the reason.
 *
 * A reason is one line that quotes names and keys at most, cut short; never the message itself.
 */
export type DecodedMessage =
  | {
      readonly kind: 'events';
      readonly events: readonly ObjectEvent[];
      readonly ignored: readonly string[];
      readonly refused: readonly string[];
    }
  | { readonly kind: 'task'; readonly task: ReconcileTask }
  | { readonly kind: 'ignored'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

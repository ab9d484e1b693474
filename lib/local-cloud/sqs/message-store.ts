import { invalidParameter, SqsError } from './errors.ts';
import type { MessageContent } from './message-content.ts';
import { ReceiptHandles } from './receipt-handle.ts';

/** A message in a queue; times in milliseconds since the epoch. */
export interface QueuedMessage {
  readonly id: string;
  readonly content: MessageContent;
  /** The sender's unique id. */
  readonly senderId: string;
  readonly sentAt: number;
  /** The queue it came from, when it is a dead letter. */
  readonly deadLetterSource?: string;
  /** How often it was received. A dead letter keeps the count of its source. */
  readonly receives: number;
  readonly firstReceivedAt?: number;
}

/** A message as it is given to a receiver. */
export interface Delivery {
  readonly message: QueuedMessage;
  readonly receiptHandle: string;
}

/** How messages are taken out for a receiver. */
export interface TakeOptions {
  readonly most: number;
  /** Seconds. */
  readonly visibilityTimeout: number;
  /** The order in which they are taken; absent: as they came. */
  readonly order?: (<T>(messages: readonly T[]) => readonly T[]) | undefined;
  /** Whether a message is not for this receiver, nor for any other: it is then removed. */
  readonly remove: (message: QueuedMessage) => boolean;
}

/** How many messages there are, by state. */
export interface MessageCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

interface Entry {
  readonly sequence: number;
  message: QueuedMessage;
  visibleAt: number;
  /** When it was last received. */
  receivedAt?: number;
}

/** No message stays hidden for longer than this after it was received, in seconds. */
const LONGEST_VISIBILITY_TIMEOUT = 43_200;

/** The messages of one queue: which can be received, and which are hidden until when. */
export class MessageStore {
  readonly #now: () => number;
  readonly #handles = new ReceiptHandles();
  readonly #ready = new Map<number, Entry>();
  readonly #hidden = new Map<number, Entry>();
  #sequence = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(message: QueuedMessage, visibleAt: number): void {
    this.#sequence += 1;
    this.#hidden.set(this.#sequence, { sequence: this.#sequence, message, visibleAt });
  }

  /** Gives out what can be received now, and hides it. */
  take({ most, visibilityTimeout, order, remove }: TakeOptions): Delivery[] {
    this.#revealDue();
    const deliveries: Delivery[] = [];
    for (const entry of order?.([...this.#ready.values()]) ?? this.#ready.values()) {
      if (deliveries.length === most) {
        break;
      }
      if (remove(entry.message)) {
        this.#ready.delete(entry.sequence);
      } else {
        deliveries.push(this.#deliver(entry, visibilityTimeout));
      }
    }
    return deliveries;
  }

  /**
   * Deletes a received message. An older handle than the last one succeeds and deletes nothing; so does the handle of
   * a message that is gone. Throws `ReceiptHandleIsInvalid` for anything else.
   */
  delete(receiptHandle: string): void {
    const { entry, isLatest } = this.#find(receiptHandle);
    if (entry !== undefined && isLatest) {
      this.#ready.delete(entry.sequence);
      this.#hidden.delete(entry.sequence);
    }
  }

  /**
   * Hides a message in flight for so many seconds from now; 0 shows it at once. Throws `ReceiptHandleIsInvalid`,
   * `MessageNotInflight`, and `InvalidParameterValue` for a message that is gone or would be hidden for too long.
   */
  changeVisibility(receiptHandle: string, seconds: number): void {
    const { entry, isLatest } = this.#find(receiptHandle);
    this.#revealDue();
    if (entry === undefined) {
      const reason = 'Message does not exist or is not available for visibility timeout change.';
      throw invalidParameter('ReceiptHandle', receiptHandle, reason);
    }
    if (!isLatest || !this.#hidden.has(entry.sequence)) {
      throw new SqsError('MessageNotInflight', "The specified message isn't in flight.");
    }
    const visibleAt = this.#now() + seconds * 1000;
    if (visibleAt > (entry.receivedAt ?? 0) + LONGEST_VISIBILITY_TIMEOUT * 1000) {
      const limit = `Total VisibilityTimeout for the message is beyond the limit [${LONGEST_VISIBILITY_TIMEOUT} seconds].`;
      throw invalidParameter('VisibilityTimeout', seconds, limit);
    }
    entry.visibleAt = visibleAt;
  }

  clear(): void {
    this.#ready.clear();
    this.#hidden.clear();
  }

  /** Counts the messages that satisfy the predicate. */
  counts(isThere: (message: QueuedMessage) => boolean): MessageCounts {
    this.#revealDue();
    const visible = [...this.#ready.values()].filter((entry) => isThere(entry.message));
    const hidden = [...this.#hidden.values()].filter((entry) => isThere(entry.message));
    const inFlight = hidden.filter((entry) => entry.receivedAt !== undefined).length;
    return { visible: visible.length, inFlight, delayed: hidden.length - inFlight };
  }

  /** When the next hidden message can be received, in milliseconds since the epoch; undefined: none is hidden. */
  nextVisibleAt(): number | undefined {
    this.#revealDue();
    let earliest: number | undefined;
    for (const { visibleAt } of this.#hidden.values()) {
      earliest = Math.min(visibleAt, earliest ?? visibleAt);
    }
    return earliest;
  }

  #revealDue(): void {
    const now = this.#now();
    for (const entry of this.#hidden.values()) {
      if (entry.visibleAt <= now) {
        this.#hidden.delete(entry.sequence);
        this.#ready.set(entry.sequence, entry);
      }
    }
  }

  #deliver(entry: Entry, visibilityTimeout: number): Delivery {
    const now = this.#now();
    const receives = entry.message.receives + 1;
    entry.message = { ...entry.message, receives, firstReceivedAt: entry.message.firstReceivedAt ?? now };
    entry.receivedAt = now;
    entry.visibleAt = now + visibilityTimeout * 1000;
    this.#ready.delete(entry.sequence);
    this.#hidden.set(entry.sequence, entry);
    const receiptHandle = this.#handles.issue({ sequence: entry.sequence, count: receives });
    return { message: entry.message, receiptHandle };
  }

  #find(receiptHandle: string): { readonly entry: Entry | undefined; readonly isLatest: boolean } {
    const receipt = this.#handles.read(receiptHandle);
    if (receipt === undefined) {
      const message = `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`;
      throw new SqsError('ReceiptHandleIsInvalid', message);
    }
    const entry = this.#ready.get(receipt.sequence) ?? this.#hidden.get(receipt.sequence);
    return { entry, isLatest: entry?.message.receives === receipt.count };
  }
}

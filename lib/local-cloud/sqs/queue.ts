import { randomUUID } from 'node:crypto';
import { Deliveries } from './deliveries.ts';
import { SqsError } from './errors.ts';
import type { MessageContent } from './message-content.ts';
import { type Delivery, type MessageCounts, MessageStore, type QueuedMessage } from './message-store.ts';
import {
  type AttributeTexts,
  changedAttributes,
  defaultAttributes,
  type QueueSettings,
  readSettings,
} from './queue-attributes.ts';

/** What a receiver asks for. */
export interface ReceiveOptions {
  readonly most: number;
  /** Seconds; absent: the queue's own. */
  readonly visibilityTimeout?: number | undefined;
  /** The queue of the redrive policy, where there is one. */
  readonly deadLetters?: Queue | undefined;
}

const PURGE_INTERVAL_MS = 60_000;

/** One standard queue, in memory. Its clock gives milliseconds since the epoch. */
export class Queue {
  readonly arn: string;
  readonly createdAt: number;
  /** How the queue delivers, for those who want it worse. */
  readonly deliveries: Deliveries;
  readonly #now: () => number;
  readonly #messages: MessageStore;
  readonly #watchers = new Set<() => void>();
  #attributes: AttributeTexts = defaultAttributes;
  #settings: QueueSettings = readSettings(defaultAttributes);
  #modifiedAt: number;
  #purgedAt: number | undefined;

  constructor(arn: string, now: () => number) {
    this.arn = arn;
    this.#now = now;
    this.#messages = new MessageStore(now);
    this.createdAt = now();
    this.#modifiedAt = this.createdAt;
    this.deliveries = new Deliveries(() => this.#changed());
  }

  get settings(): QueueSettings {
    return this.#settings;
  }

  get attributes(): AttributeTexts {
    return this.#attributes;
  }

  get modifiedAt(): number {
    return this.#modifiedAt;
  }

  /** Changes attributes, all or none. Throws as `changedAttributes` and `readSettings` do. */
  configure(changes: AttributeTexts): void {
    const attributes = changedAttributes(this.#attributes, changes);
    this.#settings = readSettings(attributes);
    this.#attributes = attributes;
    this.#modifiedAt = this.#now();
  }

  /** Takes a message in and returns its id. The delay is in seconds; absent: the queue's own. */
  send(content: MessageContent, senderId: string, delay = this.#settings.delay): string {
    const message = { id: randomUUID(), content, senderId, sentAt: this.#now(), receives: 0 };
    for (const extra of this.deliveries.copies(content)) {
      this.#messages.add(message, this.#now() + (delay + extra) * 1000);
    }
    this.#changed();
    return message.id;
  }

  /** What can be received now; moves what was received too often to the dead letters on the way. */
  receive({ most, visibilityTimeout = this.#settings.visibilityTimeout, deadLetters }: ReceiveOptions): Delivery[] {
    if (this.deliveries.held) {
      return [];
    }
    return this.#messages.take({
      most,
      visibilityTimeout,
      order: this.deliveries.order,
      remove: (message) => this.#isExpired(message) || this.#isMoved(message, deadLetters),
    });
  }

  /** See {@link MessageStore.delete}. */
  delete(receiptHandle: string): void {
    this.#messages.delete(receiptHandle);
  }

  /** See {@link MessageStore.changeVisibility}. */
  changeVisibility(receiptHandle: string, seconds: number): void {
    this.#messages.changeVisibility(receiptHandle, seconds);
    this.#changed();
  }

  /** Deletes everything. Throws `PurgeQueueInProgress` when it did so less than a minute ago. */
  purge(): void {
    const now = this.#now();
    if (this.#purgedAt !== undefined && now - this.#purgedAt < PURGE_INTERVAL_MS) {
      const message = `Only one PurgeQueue operation on ${this.arn.split(':')[5]} is allowed every 60 seconds.`;
      throw new SqsError('PurgeQueueInProgress', message);
    }
    this.#purgedAt = now;
    this.#messages.clear();
  }

  counts(): MessageCounts {
    return this.#messages.counts((message) => !this.#isExpired(message));
  }

  /** See {@link MessageStore.nextVisibleAt}. */
  nextVisibleAt(): number | undefined {
    return this.#messages.nextVisibleAt();
  }

  /** Calls back whenever a receive that found nothing should try again; returns what ends that. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  /** Whether somebody waits for a message. */
  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  #isExpired(message: QueuedMessage): boolean {
    return message.sentAt + this.#settings.retention * 1000 <= this.#now();
  }

  /** Moves a message that was received as often as allowed; it keeps its id, its age and its count. */
  #isMoved(message: QueuedMessage, deadLetters: Queue | undefined): boolean {
    const allowed = this.#settings.redrive?.maxReceiveCount ?? Number.POSITIVE_INFINITY;
    if (deadLetters === undefined || message.receives < allowed) {
      return false;
    }
    deadLetters.#messages.add({ ...message, deadLetterSource: this.arn }, this.#now());
    deadLetters.#changed();
    return true;
  }

  #changed(): void {
    for (const changed of [...this.#watchers]) {
      changed();
    }
  }
}

import type { Bucket } from './bucket.ts';
import { eventBridgeEvent, eventName, keyOf, type Moment, notificationMessage, type ObjectChange } from './events.ts';
import type { EventBridgeEvent, NotificationTarget } from './notification-types.ts';
import { ruleCovers } from './notifications.ts';

/** Where the events of all buckets go. */
export interface Destinations {
  readonly queues?: NotificationTarget;
  readonly topics?: NotificationTarget;
  readonly eventBridge?: (event: EventBridgeEvent) => Promise<void>;
}

/** Sends events on their way after the change that they tell of; the answer to the request does not wait for them. */
export class Publisher {
  readonly #destinations: Destinations;
  readonly #onError: (error: unknown) => void;
  readonly #underWay = new Set<Promise<void>>();

  constructor(destinations: Destinations, onError: (error: unknown) => void) {
    this.#destinations = destinations;
    this.#onError = onError;
  }

  publish(bucket: Bucket, change: ObjectChange, moment: Moment): void {
    const { rules, eventBridge } = bucket.notifications;
    for (const rule of rules) {
      if (ruleCovers(rule, eventName(change), keyOf(change))) {
        this.send(rule.kind, rule.targetArn, notificationMessage(bucket, rule, change, moment), bucket);
      }
    }
    if (eventBridge) {
      this.#start(() => this.#destinations.eventBridge?.(eventBridgeEvent(bucket, change, moment)));
    }
  }

  send(kind: 'queue' | 'topic', targetArn: string, message: string, bucket: Bucket): void {
    const context = { sourceArn: bucket.arn, sourceAccount: bucket.owner };
    this.#start(() => this.#target(kind)?.deliver(targetArn, message, context));
  }

  accepts(kind: 'queue' | 'topic', targetArn: string, bucket: Bucket): boolean {
    return this.#target(kind)?.accepts(targetArn, bucket.arn, bucket.owner) ?? false;
  }

  /** Resolves when everything sent so far has been delivered, or has failed. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) {
      await Promise.all(this.#underWay);
    }
  }

  #target(kind: 'queue' | 'topic'): NotificationTarget | undefined {
    return kind === 'queue' ? this.#destinations.queues : this.#destinations.topics;
  }

  #start(delivery: () => Promise<void> | undefined): void {
    const underWay = this.#attempt(delivery).finally(() => this.#underWay.delete(underWay));
    this.#underWay.add(underWay);
  }

  async #attempt(delivery: () => Promise<void> | undefined): Promise<void> {
    try {
      await delivery();
    } catch (error) {
      this.#onError(error);
    }
  }
}

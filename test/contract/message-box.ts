import type { NotificationTarget } from '../../lib/local-cloud/s3/notification-types.ts';
import { eventually } from '../support/eventually.ts';
import type { NotifiedQueue } from './s3-subject.ts';

/** Queues that do nothing but hold what S3 sends them. */
export class MessageBox implements NotificationTarget {
  readonly #messages = new Map<string, string[]>();

  newQueue(): NotifiedQueue {
    const arn = `arn:aws:sqs:us-east-1:111111111111:box-${this.#messages.size}`;
    const messages: string[] = [];
    this.#messages.set(arn, messages);
    return {
      arn,
      take: async (count) => {
        await eventually(() => messages.length >= count);
        return messages.splice(0).map((message) => JSON.parse(message) as unknown);
      },
    };
  }

  accepts(targetArn: string): boolean {
    return this.#messages.has(targetArn);
  }

  async deliver(targetArn: string, message: string): Promise<void> {
    this.#messages.get(targetArn)?.push(message);
  }
}

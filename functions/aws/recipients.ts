import type { NotifyTarget } from '../../lib/config/resolved.ts';
import type { Recipient } from '../../lib/findings/recipient.ts';
import type { Environment } from '../../lib/vfs/environment.ts';
import { webhookRecipient } from '../webhook-recipient.ts';

/** What recipients need of the function. */
export interface RecipientSurroundings {
  /** The region that the function runs in. */
  readonly region: string;
  readonly environment: Environment;
}

/** Those who are told of changes, each once. What speaks to a service is loaded when there is something to tell it. */
export function createRecipients(
  targets: readonly NotifyTarget[],
  surroundings: RecipientSurroundings,
): readonly Recipient[] {
  const recipients = targets.map((target) => recipientOf(target, surroundings));
  return [...new Map(recipients.map((recipient) => [recipient.id, recipient])).values()];
}

function recipientOf(target: NotifyTarget, { region, environment }: RecipientSurroundings): Recipient {
  if ('sns' in target) {
    const arn = target.sns;
    return {
      id: `sns:${arn}`,
      tell: async (change, signal) => (await import('./publish-to-sns.ts')).publishToSns(arn, change, signal),
    };
  }
  if ('eventBridge' in target) {
    const bus = target.eventBridge;
    return {
      id: `eventBridge:${bus}`,
      tell: async (change, signal) =>
        (await import('./put-on-event-bus.ts')).putOnEventBus({ bus, region }, change, signal),
    };
  }
  return webhookRecipient(target.webhook, { environment, fetch });
}

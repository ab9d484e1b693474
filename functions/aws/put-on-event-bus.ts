import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { notificationOf } from '../../lib/findings/notification.ts';
import type { ChangeRecord } from '../../lib/findings/record.ts';

/** An event bus, by name or ARN, and the region to look for it where it is named. */
export interface EventBusPlace {
  readonly bus: string;
  readonly region: string;
}

/**
 * Puts a change on an event bus, with the source `kops-statesync` and the type `Findings Changed`. Rejects with the SDK's errors, and with one of its own where
 * EventBridge takes the request and not the event.
 */
export async function putOnEventBus(
  { bus, region }: EventBusPlace,
  change: ChangeRecord,
  signal: AbortSignal,
): Promise<void> {
  const client = new EventBridgeClient({
    maxAttempts: 3,
    region: bus.startsWith('arn:') ? (bus.split(':')[3] ?? region) : region,
  });
  const entry = {
    EventBusName: bus,
    Source: 'kops-statesync',
    DetailType: 'Findings Changed',
    Time: new Date(change.judgedAt),
    Resources: [],
    Detail: JSON.stringify(notificationOf(change)),
  };
  try {
    const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: [entry] }), { abortSignal: signal });
    const refusal = Entries.find(({ ErrorCode }) => ErrorCode !== undefined);
    if (refusal !== undefined) {
      throw new Error(`EventBridge did not take the event: ${refusal.ErrorCode}`);
    }
  } finally {
    client.destroy();
  }
}

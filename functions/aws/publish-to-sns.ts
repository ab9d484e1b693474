import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { notificationOf, summaryOf } from '../../lib/findings/notification.ts';
import type { ChangeRecord } from '../../lib/findings/record.ts';

/** In characters, of ASCII alone: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const longestSubject = 99;

/** Publishes a change to a topic, in the region of the topic. The attributes are for filters of subscriptions. Rejects with the SDK's errors. */
export async function publishToSns(TopicArn: string, change: ChangeRecord, signal: AbortSignal): Promise<void> {
  const client = new SNSClient({ maxAttempts: 3, region: TopicArn.split(':')[3] ?? '' });
  const worst = change.new.find(({ severity }) => severity === 'error') ?? change.new[0];
  const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });
  try {
    await client.send(
      new PublishCommand({
        TopicArn,
        Subject: summaryOf(change)
          .replace(/[^\u0020-\u007e]/g, '?')
          .slice(0, longestSubject),
        Message: JSON.stringify(notificationOf(change)),
        MessageAttributes: {
          cluster: attribute(change.cluster),
          severity: attribute(worst?.severity ?? 'none'),
        },
      }),
      { abortSignal: signal },
    );
  } finally {
    client.destroy();
  }
}

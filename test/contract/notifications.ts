import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createRecipients } from '../../functions/aws/recipients.ts';
import type { NotifyTarget } from '../../lib/config/resolved.ts';
import type { ChangeRecord } from '../../lib/findings/record.ts';
import type { Check } from './check.ts';

const region = 'eu-west-1';

/** A server that speaks as SNS, EventBridge and SQS do. */
export interface NotificationServer {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const change: ChangeRecord = {
  version: 1,
  store: 's3://acme-kops-state',
  cluster: 'prod.example.com',
  state: 'complete',
  judgedAt: '2026-03-01T12:00:00.000Z',
  fingerprint: 'f',
  counts: { error: 1, warning: 0, info: 0, waived: 0 },
  new: [{ rule: 'A-RULE', severity: 'error', message: 'ä "is" wrong', key: 'k', pointer: '/spec', line: 4 }],
  gone: [],
};

/** That the notifications of `validate` reach queues behind a topic and behind an event bus. */
export const notificationChecks: readonly Check<NotificationServer>[] = [
  {
    name: 'a change published to a topic reaches the queue that asked for errors of its cluster',
    run: async (server) => {
      const { queueUrl, queueArn } = await createQueue(server);
      const sns = new SNSClient(clientOf(server));
      const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'kops-findings' }));
      const wanted = { cluster: [change.cluster], severity: ['error'] };
      const Attributes = { RawMessageDelivery: 'true', FilterPolicy: JSON.stringify(wanted) };
      await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queueArn, Attributes }));
      await tellOnly({ sns: TopicArn }, server);
      expectChange(JSON.parse(await receive(server, queueUrl)));
    },
  },
  {
    name: 'a change put on an event bus reaches the queue of a rule for its source and type',
    run: async (server) => {
      const { queueUrl, queueArn } = await createQueue(server);
      const events = new EventBridgeClient(clientOf(server));
      const EventBusName = 'kops';
      await events.send(new CreateEventBusCommand({ Name: EventBusName }));
      const EventPattern = JSON.stringify({ source: ['kops-statesync'], 'detail-type': ['Findings Changed'] });
      await events.send(new PutRuleCommand({ EventBusName, Name: 'findings', EventPattern }));
      const Targets = [{ Id: 'queue', Arn: queueArn }];
      await events.send(new PutTargetsCommand({ EventBusName, Rule: 'findings', Targets }));
      await tellOnly({ eventBridge: EventBusName }, server);
      const event = JSON.parse(await receive(server, queueUrl)) as Readonly<Record<string, unknown>>;
      expectChange(event['detail']);
    },
  },
];

function clientOf({ endpoint, accessKeyId, secretAccessKey }: NotificationServer) {
  return { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
}

async function createQueue(server: NotificationServer) {
  const sqs = new SQSClient(clientOf(server));
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: `findings-${Date.now()}` }));
  const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
  const { Attributes } = await sqs.send(asked);
  return { queueUrl: QueueUrl, queueArn: Attributes?.QueueArn ?? '' };
}

async function receive(server: NotificationServer, QueueUrl: string): Promise<string> {
  const sqs = new SQSClient(clientOf(server));
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
  const [message, ...others] = Messages;
  if (message?.Body === undefined || others.length > 0) {
    throw new Error(`${Messages.length} messages came, and one was expected`);
  }
  return message.Body;
}

/** Tells one recipient, as the function does: its clients find the server by the environment. */
async function tellOnly(target: NotifyTarget, server: NotificationServer): Promise<void> {
  const variables = {
    AWS_ENDPOINT_URL: server.endpoint,
    AWS_ACCESS_KEY_ID: server.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.secretAccessKey,
  };
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  try {
    for (const recipient of createRecipients([target], { region, environment: {} })) {
      await recipient.tell(change, AbortSignal.timeout(10_000));
    }
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) {
        delete process.env[name];
      } else {
        process.env[name] = value;
      }
    }
  }
}

function expectChange(document: unknown): void {
  const { kind, cluster, new: added } = document as Readonly<Record<string, unknown>>;
  const got = JSON.stringify([kind, cluster, added]);
  const wanted = JSON.stringify(['findings-changed', change.cluster, change.new]);
  if (got !== wanted) {
    throw new Error(`got ${got}, wanted ${wanted}`);
  }
}

import { afterEach, describe, expect, it } from '@jest/globals';
import { IdentityRegistry } from '../../../lib/local-cloud/identity.ts';
import {
  EventSourceMapping,
  type MappingSettings,
  type QueueReader,
} from '../../../lib/local-cloud/lambda/event-source-mapping.ts';
import type { FunctionSettings } from '../../../lib/local-cloud/lambda/function.ts';
import type { InvocationResult } from '../../../lib/local-cloud/lambda/outcome.ts';
import { queueReader } from '../../../lib/local-cloud/lambda/queue-reader.ts';
import type { PolicyDocument } from '../../../lib/local-cloud/policy.ts';
import { readContent } from '../../../lib/local-cloud/sqs/message-content.ts';
import { SqsService } from '../../../lib/local-cloud/sqs/service.ts';
import { closeAfterEach, deploy } from './deployed.ts';

closeAfterEach();
const mappings: EventSourceMapping[] = [];
afterEach(() => Promise.all(mappings.splice(0).map((mapping) => mapping.close())));

/** A queue, with a dead-letter queue after two receives, and its service. */
function makeQueue(now = Date.now) {
  const service = new SqsService(now);
  const place = { region: 'eu-west-1', account: '111111111111' };
  const dead = service.create({ ...place, name: 'dead' }, {});
  const redrive = { deadLetterTargetArn: dead.arn, maxReceiveCount: 2 };
  const queue = service.create({ ...place, name: 'work' }, { RedrivePolicy: JSON.stringify(redrive) });
  const send = (...bodies: readonly string[]) =>
    bodies.map((MessageBody) => queue.send(readContent({ MessageBody }, 1_048_576), 'sender'));
  return { service, queue, dead, send };
}

/** The mapping's function is the handler `consume`; `batches` collects what it was given and what came of it. */
function map(
  { service, queue }: ReturnType<typeof makeQueue>,
  settings: MappingSettings = {},
  functionSettings: Partial<FunctionSettings> = {},
) {
  const role = new IdentityRegistry().addUser('111111111111', 'role');
  const batches: { readonly bodies: readonly string[]; readonly result: InvocationResult }[] = [];
  const waiting = new Set<() => void>();
  const mapping = new EventSourceMapping(
    queueReader(service, queue.arn, () => role),
    deploy('index.consume', functionSettings),
    {
      reportBatchItemFailures: true,
      maximumConcurrency: 2,
      onBatch: (messages, result) => {
        batches.push({ bodies: messages.map((message) => message.Body), result });
        for (const wake of waiting) {
          wake();
        }
      },
      ...settings,
    },
  );
  mappings.push(mapping);
  const batchesAre = (count: number) =>
    new Promise<typeof batches>((resolve) => {
      const check = () => {
        if (batches.length >= count) {
          resolve(batches);
        }
      };
      waiting.add(check);
      check();
    });
  return { mapping, batchesAre };
}

describe('an event source mapping', () => {
  it('gives the function a batch, deletes what succeeded and leaves what failed', async () => {
    const queues = makeQueue();
    queues.send('good', 'bad', 'good');
    const [batch] = await map(queues).batchesAre(1);
    expect(batch?.bodies).toEqual(['good', 'bad', 'good']);
    expect(queues.queue.counts()).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
  });

  it.each([
    ['throws', 'throw', 'Unhandled'],
    ['names a message that is not in the batch', 'answer:{"batchItemFailures":[{"itemIdentifier":"x"}]}', undefined],
    ['answers what is not of the form', 'answer:"fine"', undefined],
  ])('leaves the whole batch when the function %s', async (_, body, functionError) => {
    const queues = makeQueue();
    queues.send('good', body);
    const [batch] = await map(queues).batchesAre(1);
    expect(batch?.result.functionError).toBe(functionError);
    expect(queues.queue.counts().inFlight).toBe(2);
  });

  it('without ReportBatchItemFailures deletes the batch unless the function failed', async () => {
    const queues = makeQueue();
    queues.send('bad', 'good');
    await map(queues, { reportBatchItemFailures: false }).batchesAre(1);
    expect(queues.queue.counts().inFlight).toBe(0);
  });

  it('brings a message that keeps failing to the dead-letter queue', async () => {
    const clock = { ahead: 0 };
    const queues = makeQueue(() => Date.now() + clock.ahead);
    const [id] = queues.send('bad');
    const arrived = new Promise<void>((resolve) => queues.dead.watch(resolve));
    const { batchesAre } = map(queues);
    for (const count of [1, 2]) {
      await batchesAre(count);
      clock.ahead += 30_000;
      // Wakes the pollers, whose timers know nothing of this clock.
      queues.queue.deliveries.release();
    }
    await arrived;
    expect(queues.dead.receive({ most: 1 })[0]?.message).toMatchObject({ id, receives: 3 });
  });

  it('keeps to the batch size', async () => {
    const queues = makeQueue();
    queues.send('a', 'b', 'c', 'd', 'e');
    const batches = await map(queues, { batchSize: 2 }).batchesAre(3);
    expect(batches.map(({ bodies }) => bodies.length).sort()).toEqual([1, 2, 2]);
  });

  it('waits for a full batch as long as its window says', async () => {
    const replies = [['a'], ['b'], ['c', 'd']].map((bodies) =>
      bodies.map((Body) => ({ MessageId: Body, ReceiptHandle: Body, Body, MD5OfBody: '' })),
    );
    const deleted: (readonly string[])[] = [];
    const asked: number[] = [];
    const done = new Promise<void>((resolve) => {
      const reader: QueueReader = {
        arn: 'arn:aws:sqs:eu-west-1:111111111111:work',
        visibilityTimeout: 30,
        receive: async (most, _waitSeconds, signal) => {
          asked.push(most);
          // The first poller gets them all; the second one waits for ever.
          return asked.length === 2 ? aborted(signal) : (replies.shift() ?? aborted(signal));
        },
        delete: async (handles) => {
          deleted.push(handles);
          resolve();
        },
      };
      const settings = { batchSize: 4, batchingWindowSeconds: 20, maximumConcurrency: 2 };
      mappings.push(new EventSourceMapping(reader, deploy('index.consume'), settings));
    });
    await done;
    expect(deleted).toEqual([['a', 'b', 'c', 'd']]);
    expect(asked.slice(0, 4)).toEqual([4, 4, 3, 2]);
  });

  it('tries again while the function is throttled', async () => {
    const queues = makeQueue();
    queues.send('a', 'b', 'c');
    const { batchesAre } = map(queues, { batchSize: 1 }, { maxConcurrency: 1 });
    await batchesAre(3);
    expect(queues.queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('takes nothing any more once it is closed', async () => {
    const queues = makeQueue();
    const { mapping } = map(queues);
    await mapping.close();
    queues.send('a');
    expect(queues.queue.counts().visible).toBe(1);
  });

  it('is refused with settings that Lambda refuses', () => {
    const queues = makeQueue();
    expect(() => map(queues, { batchSize: 11 })).toThrow('batchSize 11');
    expect(() => map(queues, { maximumConcurrency: 1 })).toThrow('maximumConcurrency 1');
    expect(() => map(queues, { batchingWindowSeconds: 301 })).toThrow('batchingWindowSeconds 301');
    expect(() => map(queues, {}, { timeoutSeconds: 31 })).toThrow(
      'Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds',
    );
  });

  it('is refused for a role that may not do what a mapping does', () => {
    const { service, queue } = makeQueue();
    const policy: PolicyDocument = {
      Statement: [{ Effect: 'Allow', Action: ['sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], Resource: queue.arn }],
    };
    const role = new IdentityRegistry().addUser('111111111111', 'role', policy);
    expect(() => queueReader(service, queue.arn, () => role)).toThrow(
      'The provided execution role does not have permissions to call DeleteMessage on SQS',
    );
    expect(() => queueReader(service, `${queue.arn}-absent`, () => role)).toThrow('does not exist');
  });
});

function aborted(signal: AbortSignal): Promise<never[]> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve([])));
}

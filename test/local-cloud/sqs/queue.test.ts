import { describe, expect, it } from '@jest/globals';
import { readContent } from '../../../lib/local-cloud/sqs/message-content.ts';
import type { Delivery } from '../../../lib/local-cloud/sqs/message-store.ts';
import type { Queue } from '../../../lib/local-cloud/sqs/queue.ts';
import { SqsService } from '../../../lib/local-cloud/sqs/service.ts';

const start = Date.UTC(2026, 0, 1);

/** A queue, its dead-letter queue, and a clock that stands still. */
function makeQueues(attributes: Record<string, string> = {}) {
  const clock = { now: start };
  const service = new SqsService(() => clock.now);
  const place = { region: 'eu-west-1', account: '111111111111' };
  const dead = service.create({ ...place, name: 'dead' }, {});
  const queue = service.create({ ...place, name: 'work' }, attributes);
  const redrive = (maxReceiveCount: number) => {
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount });
    service.configure(queue, { RedrivePolicy });
  };
  const take = (most = 10) => queue.receive({ most, deadLetters: service.deadLettersOf(queue) });
  return { service, queue, dead, redrive, take, pass: (seconds: number) => (clock.now += seconds * 1000) };
}

const send = (queue: Queue, body: string, delay?: number) =>
  queue.send(readContent({ MessageBody: body }, 1_048_576), 'AIDASENDER', delay);

const bodies = (deliveries: readonly Delivery[]) => deliveries.map(({ message }) => message.content.body);

describe('a message', () => {
  it('is hidden while it is in flight, and comes back after the visibility timeout', () => {
    const { queue, take, pass } = makeQueues({ VisibilityTimeout: '30' });
    send(queue, 'a');
    expect(bodies(take())).toEqual(['a']);
    pass(29.9);
    expect(take()).toEqual([]);
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
    pass(0.1);
    expect(take()[0]?.message).toMatchObject({ receives: 2, firstReceivedAt: start });
  });

  it('waits for its own delay, or else for that of its queue', () => {
    const { queue, take, pass } = makeQueues({ DelaySeconds: '10' });
    send(queue, 'by the queue');
    send(queue, 'by the sender', 5);
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 2 });
    pass(5);
    expect(bodies(take())).toEqual(['by the sender']);
    pass(5);
    expect(bodies(take())).toEqual(['by the queue']);
  });

  it('is gone after the retention period, also from a dead-letter queue that it came to later', () => {
    const { queue, dead, redrive, take, pass } = makeQueues({ MessageRetentionPeriod: '3600', VisibilityTimeout: '0' });
    redrive(1);
    dead.configure({ MessageRetentionPeriod: '7200' });
    send(queue, 'dies');
    take();
    expect(take()).toEqual([]);
    send(queue, 'expires');
    pass(3600);
    expect(queue.counts().visible).toBe(0);
    expect(take()).toEqual([]);
    expect(dead.counts().visible).toBe(1);
    pass(3600);
    expect(dead.receive({ most: 1 })).toEqual([]);
  });

  it('is deleted by its last receipt handle only', () => {
    const { queue, take, pass } = makeQueues();
    send(queue, 'a');
    const older = take()[0]!.receiptHandle;
    pass(30);
    const latest = take()[0]!.receiptHandle;
    queue.delete(older);
    expect(queue.counts().inFlight).toBe(1);
    queue.delete(latest);
    expect(queue.counts().inFlight).toBe(0);
    expect(() => queue.delete(latest)).not.toThrow();
  });

  it('cannot be hidden for more than twelve hours after it was received', () => {
    const { queue, take, pass } = makeQueues();
    send(queue, 'a');
    const { receiptHandle } = take()[0]!;
    queue.changeVisibility(receiptHandle, 43_200);
    pass(3600);
    expect(() => queue.changeVisibility(receiptHandle, 39_601)).toThrow('beyond the limit [43200 seconds]');
    queue.changeVisibility(receiptHandle, 39_600);
  });

  it('is not in flight any more once its visibility timeout is over', () => {
    const { queue, take, pass } = makeQueues();
    send(queue, 'a');
    const { receiptHandle } = take()[0]!;
    pass(30);
    expect(() => queue.changeVisibility(receiptHandle, 10)).toThrow("isn't in flight");
  });
});

describe('a dead-letter queue', () => {
  it('gets what was received as often as allowed, with its id, its age, its count and where it comes from', () => {
    const { queue, dead, redrive, take, pass } = makeQueues({ VisibilityTimeout: '1' });
    redrive(2);
    const id = send(queue, 'poison');
    for (const expected of [1, 2]) {
      expect(take()[0]?.message.receives).toBe(expected);
      pass(1);
    }
    expect(take()).toEqual([]);
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    const letter = dead.receive({ most: 1 })[0]?.message;
    expect(letter).toMatchObject({ id, sentAt: start, receives: 3, deadLetterSource: queue.arn });
  });

  it('must exist, in the same account and region, and permit its source', () => {
    const { service, queue, dead } = makeQueues();
    const redriveTo = (deadLetterTargetArn: string) => () =>
      service.configure(queue, { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1 }) });
    const elsewhere = service.create({ region: 'eu-west-1', account: '222222222222', name: 'dead' }, {});
    expect(redriveTo(`${dead.arn}-absent`)).toThrow('Dead letter target does not exist');
    expect(redriveTo(elsewhere.arn)).toThrow('Dead letter target does not exist');
    expect(redriveTo(queue.arn)).toThrow('Dead letter target does not exist');
    service.configure(dead, { RedriveAllowPolicy: JSON.stringify({ redrivePermission: 'denyAll' }) });
    expect(redriveTo(dead.arn)).toThrow('does not permit');
    const allow = { redrivePermission: 'byQueue', sourceQueueArns: [queue.arn] };
    service.configure(dead, { RedriveAllowPolicy: JSON.stringify(allow) });
    redriveTo(dead.arn)();
    service.configure(queue, { RedrivePolicy: '' });
    expect(service.deadLettersOf(queue)).toBeUndefined();
  });
});

describe('deliveries that are made worse', () => {
  it('can be held back and let go', () => {
    const { queue, take } = makeQueues();
    queue.deliveries.hold();
    send(queue, 'a');
    expect(take()).toEqual([]);
    queue.deliveries.release();
    expect(bodies(take())).toEqual(['a']);
  });

  it('can come twice, each with a receipt handle of its own', () => {
    const { queue, take } = makeQueues();
    queue.deliveries.copies = () => [0, 0];
    const id = send(queue, 'a');
    const [first, second] = take();
    expect([first?.message.id, second?.message.id]).toEqual([id, id]);
    queue.delete(first!.receiptHandle);
    expect(queue.counts().inFlight).toBe(1);
    queue.delete(second!.receiptHandle);
    expect(queue.counts().inFlight).toBe(0);
  });

  it('can come late, one by one, and in another order', () => {
    const { queue, take, pass } = makeQueues();
    queue.deliveries.copies = (content) => (content.body === 'late' ? [60] : [0]);
    queue.deliveries.order = (messages) => messages.toReversed();
    for (const body of ['a', 'late', 'b', 'c']) {
      send(queue, body);
    }
    expect(bodies(take(2))).toEqual(['c', 'b']);
    expect(bodies(take())).toEqual(['a']);
    pass(60);
    expect(bodies(take())).toContain('late');
    queue.deliveries.reset();
    pass(60);
    send(queue, 'd');
    expect(bodies(take()).at(-1)).toBe('d');
  });
});

describe('the names of queues', () => {
  const place = { region: 'eu-west-1', account: '111111111111' };

  it('are free again a minute after the queue was deleted', () => {
    const { service, queue, pass } = makeQueues();
    service.delete(queue);
    expect(() => service.create({ ...place, name: 'work' }, {})).toThrow('wait 60 seconds');
    pass(60);
    expect(service.create({ ...place, name: 'work' }, {}).counts().visible).toBe(0);
  });

  it('are apart by account and by region', () => {
    const { service, queue } = makeQueues();
    const others = [
      { ...place, region: 'eu-central-1' },
      { ...place, account: '222222222222' },
    ];
    const made = others.map((other) => service.create({ ...other, name: 'work' }, {}));
    expect(new Set([queue, ...made]).size).toBe(3);
    expect(service.list('111111111111', 'eu-central-1')).toEqual([made[0]]);
  });
});

describe('a purge', () => {
  it('empties the queue, at most once a minute', () => {
    const { queue, take, pass } = makeQueues();
    send(queue, 'a');
    take();
    send(queue, 'b');
    queue.purge();
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    expect(() => queue.purge()).toThrow('allowed every 60 seconds');
    pass(60);
    queue.purge();
  });
});

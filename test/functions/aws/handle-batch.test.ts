import { describe, expect, it } from '@jest/globals';
import { handleBatch } from '../../../functions/aws/handle-batch.ts';
import { cluster, contents, createPair, signal } from '../../replication/pair.ts';
import { faultsByRule } from '../../support/faults.ts';
import { key, nothingFailed, notification, surroundings } from './batch.ts';

describe('a batch of messages', () => {
  it('replicates what its events speak of, and is acknowledged', async () => {
    const pair = createPair();
    await pair.put(key, 'one');
    const { handle, lines } = surroundings(pair);
    expect(await handle(notification(key))).toEqual(nothingFailed);
    expect(await contents(pair.destination)).toEqual({ [key]: 'one' });
    expect(lines).toContainEqual({ level: 'info', event: 'converged', outcomes: { written: 1 }, bytes: 3 });
  });

  it('does the work of many events for one key once', async () => {
    const pair = createPair();
    await pair.put(key, 'one');
    const { handle } = surroundings(pair);
    await handle(notification(key, key), notification(key), notification(key));
    expect(pair.requests()).toHaveLength(4);
  });

  it('puts off only the messages whose work failed in a way that may pass', async () => {
    const other = `${cluster}/addons/other/k8s.yaml`;
    const faults = faultsByRule([{ operation: 'write', key: other, fault: { kind: 'error', code: 'Unavailable' } }]);
    const pair = createPair({ destinationLayers: [faults.layer] });
    await pair.put(key, 'one');
    await pair.put(other, 'two');
    const { handle, late, dead } = surroundings(pair);
    expect(await handle(notification(key), notification(other))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm1' }],
    });
    expect(late).toEqual(['m1']);
    expect(dead).toEqual([]);
    faults.stop();
    expect(await handle(notification(other))).toEqual(nothingFailed);
  });

  it('sends what can never succeed to the dead-letter queue with its reason', async () => {
    const faults = faultsByRule([{ operation: 'write', fault: { kind: 'error', code: 'TooLarge' } }]);
    const pair = createPair({ destinationLayers: [faults.layer] });
    await pair.put(key, 'one');
    const { handle, dead } = surroundings(pair);
    expect(await handle(notification(key), 'poison')).toEqual(nothingFailed);
    expect(dead.map(({ id }) => id).toSorted()).toEqual(['m0', 'm1']);
    expect(dead.find(({ id }) => id === 'm1')?.reason).toBe('the message is no JSON');
    expect(dead.find(({ id }) => id === 'm0')?.reason).toContain(key);
  });

  it('keeps a message that could not be sent to the dead-letter queue', async () => {
    const broken = async () => Promise.reject(new Error('no queue'));
    const { handle } = surroundings(createPair(), { deadLetter: broken });
    expect(await handle('poison')).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
  });

  it('keeps a message whose delay could not be set', async () => {
    const faults = faultsByRule([{ operation: 'stat', fault: { kind: 'error', code: 'Unavailable' } }]);
    const broken = async () => Promise.reject(new Error('no queue'));
    const { handle } = surroundings(createPair({ destinationLayers: [faults.layer] }), { putOff: broken });
    expect(await handle(notification(key))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
  });

  it('acts on the good records of a message with a strange one, and dead-letters the message', async () => {
    const pair = createPair();
    await pair.put(key, 'one');
    const body = JSON.parse(notification(key)) as { Records: unknown[] };
    body.Records.push({ eventSource: 'aws:s3', eventVersion: '2.1', eventName: 'ObjectCreated:Put', s3: {} });
    const { handle, dead } = surroundings(pair);
    expect(await handle(JSON.stringify(body))).toEqual(nothingFailed);
    expect(await contents(pair.destination)).toEqual({ [key]: 'one' });
    expect(dead).toHaveLength(1);
  });

  it("acknowledges S3's test event", async () => {
    const { handle, dead } = surroundings(createPair());
    const test = { Service: 'Amazon S3', Event: 's3:TestEvent', Time: '2026-01-01T00:00:00.000Z', Bucket: 'state' };
    expect(await handle(JSON.stringify(test))).toEqual(nothingFailed);
    expect(dead).toEqual([]);
  });

  it('leaves events of other buckets alone, and says so', async () => {
    const pair = createPair();
    const { handle, lines } = surroundings(pair, { keyInSource: () => undefined });
    expect(await handle(notification(key, key))).toEqual(nothingFailed);
    expect(pair.requests()).toEqual([]);
    expect(lines).toEqual([
      { level: 'info', event: 'events outside the source store', messageId: 'm0', events: 2, buckets: ['state'] },
    ]);
  });

  it('says which records beside its events ask for nothing', async () => {
    const pair = createPair();
    await pair.put(key, 'one');
    const body = JSON.parse(notification(key, key)) as { Records: { eventName: string }[] };
    for (const record of body.Records.slice(1)) {
      record.eventName = 'ObjectTagging:Put';
    }
    const { handle, lines } = surroundings(pair);
    expect(await handle(JSON.stringify(body))).toEqual(nothingFailed);
    expect(lines).toContainEqual({
      level: 'info',
      event: 'records ignored',
      messageId: 'm0',
      reason: 'Records[1]: "ObjectTagging:Put" changes no content',
    });
  });

  it.each(['Unknown', 'Unauthenticated', 'PermissionDenied', 'NotFound'] as const)(
    'puts off what failed with %s, which an operator may mend',
    async (code) => {
      const faults = faultsByRule([{ operation: 'write', fault: { kind: 'error', code } }]);
      const pair = createPair({ destinationLayers: [faults.layer] });
      await pair.put(key, 'one');
      const { handle, late, dead } = surroundings(pair);
      expect(await handle(notification(key))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
      expect({ late, dead }).toEqual({ late: ['m0'], dead: [] });
    },
  );

  it('whose work crashes puts off its events, settles the rest, and tells the name of the error alone', async () => {
    const pair = createPair();
    const { handle, late, dead, lines } = surroundings(pair, {
      replicator: { ...pair.replicator, converge: async () => Promise.reject(new TypeError('hunter2')) },
    });
    const foreign = notification(key).replace('"name":"state"', '"name":"logs"');
    expect(await handle(notification(key), 'poison', foreign)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm0' }],
    });
    expect(late).toEqual(['m0']);
    expect(dead).toEqual([{ id: 'm1', reason: 'the message is no JSON' }]);
    expect(lines).toContainEqual({
      level: 'error',
      event: 'work not finished',
      reason: 'the work crashed: TypeError',
    });
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  it('comes again as a whole when its time is over', async () => {
    const pair = createPair();
    await pair.put(key, 'one');
    const { handle, late } = surroundings({
      ...pair,
      replicator: { ...pair.replicator, converge: (keys) => pair.replicator.converge(keys, AbortSignal.abort()) },
    });
    expect(await handle(notification(key))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
    expect(late).toEqual(['m0']);
  });
});

describe('a message that keeps failing', () => {
  const handleAt = async (sent: number) => {
    const faults = faultsByRule([{ operation: 'stat', fault: { kind: 'error', code: 'Unavailable' } }]);
    const pair = createPair({ destinationLayers: [faults.layer] });
    const dead: string[] = [];
    const late: string[] = [];
    const record = {
      messageId: 'm',
      receiptHandle: 'r',
      body: notification(key),
      attributes: { SentTimestamp: String(sent) },
    };
    const { batchItemFailures } = await handleBatch(
      { Records: [record] },
      {
        replicator: pair.replicator,
        route: 'prod',
        destination: 'replica',
        keyInSource: (_, name) => name,
        deadLetter: async (_, reason) => void dead.push(reason),
        putOff: async ({ messageId }) => void late.push(messageId),
        clock: { now: () => Date.UTC(2026, 0, 15) },
        logger: { log: () => {} },
      },
      signal,
    );
    return { dead, late, failures: batchItemFailures.length };
  };

  it('is put off for 13 days', async () => {
    expect(await handleAt(Date.UTC(2026, 0, 2))).toEqual({ dead: [], late: ['m'], failures: 1 });
  });

  it('reaches the dead-letter queue before the queue drops it', async () => {
    const { dead, late, failures } = await handleAt(Date.UTC(2026, 0, 2) - 1);
    expect(dead).toEqual([expect.stringContaining('it failed for 13 days')]);
    expect({ late, failures }).toEqual({ late: [], failures: 0 });
  });
});

/** docs/promises.md, 8. */
it('writes no content of an object into its log', async () => {
  const pair = createPair();
  await pair.put(`${cluster}/secrets/admin`, 'hunter2-very-secret');
  const { handle, lines } = surroundings(pair);
  await handle(notification(`${cluster}/secrets/admin`));
  expect(JSON.stringify(lines)).not.toContain('hunter2');
  expect(lines.length).toBeGreaterThan(0);
});

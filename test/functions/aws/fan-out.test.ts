import { describe, expect, it } from '@jest/globals';
import { fanOut, parseQueueUrls } from '../../../functions/aws/fan-out.ts';
import { resolveRoute } from '../../../lib/config/resolve.ts';
import { decodeMessage } from '../../../lib/events/decode.ts';

const route = resolveRoute({ name: 'prod', from: 'state', to: ['one', 'two', 'three'].map((store) => ({ store })) });
const queueUrls = { one: 'url-1', two: 'url-2', three: 'url-3' };

function recorder(refuse: Readonly<Record<string, Error>> = {}) {
  const sent: Record<string, readonly string[]> = {};
  const send = async (url: string, bodies: readonly string[]) => {
    if (refuse[url] !== undefined) {
      throw refuse[url];
    }
    sent[url] = bodies;
  };
  return { sent, send };
}

describe('a fan-out', () => {
  it('asks every destination for every prefix', async () => {
    const { sent, send } = recorder();
    await fanOut({ route, queueUrls, send }, ['a/', '']);
    expect(Object.keys(sent)).toEqual(['url-1', 'url-2', 'url-3']);
    expect(sent['url-2']?.map((body) => decodeMessage(body))).toEqual(
      ['a/', ''].map((prefix) => ({ kind: 'task', task: { route: 'prod', destination: 'two', prefix, depth: 0 } })),
    );
  });

  it('goes on to the other destinations when a queue refuses, and then names those that failed', async () => {
    const signed = Object.assign(new Error('X-Amz-Security-Token: hunter2'), { name: 'SignatureDoesNotMatch' });
    const { sent, send } = recorder({ 'url-1': new Error('SQS refused 1 of 1 messages'), 'url-2': signed });
    await expect(fanOut({ route, queueUrls, send }, ['a/'])).rejects.toThrow(
      new Error(
        'the reconcile was not sent to 2 of 3 destinations: one (SQS refused 1 of 1 messages), two (SignatureDoesNotMatch)',
      ),
    );
    expect(Object.keys(sent)).toEqual(['url-3']);
  });

  it('names a destination that has no queue, and asks the others', async () => {
    const { sent, send } = recorder();
    await expect(fanOut({ route, queueUrls: { one: 'url-1', three: 'url-3' }, send }, ['a/'])).rejects.toThrow(
      'two (STATESYNC_QUEUES names no queue for it; deploy again)',
    );
    expect(Object.keys(sent)).toEqual(['url-1', 'url-3']);
  });
});

describe('STATESYNC_QUEUES', () => {
  it('is an object of queue URLs', () => {
    expect(parseQueueUrls('{"one":"url-1"}')).toEqual({ one: 'url-1' });
  });

  it.each(['{', '[]', 'null', '"url"'])('is refused as %s', (text) => {
    expect(() => parseQueueUrls(text)).toThrow('STATESYNC_QUEUES is no JSON object of queue URLs by destination');
  });
});

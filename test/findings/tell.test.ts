import { describe, expect, it } from '@jest/globals';
import type { JudgedCluster, Look } from '../../lib/findings/look-at-cluster.ts';
import { notificationOf } from '../../lib/findings/notification.ts';
import { historyOf, type Recipient } from '../../lib/findings/recipient.ts';
import type { ChangeRecord } from '../../lib/findings/record.ts';
import { tell } from '../../lib/findings/tell.ts';
import { VfsError } from '../../lib/vfs/errors.ts';
import { badConfig, cluster, goodConfig, watched } from './watched.ts';

const { signal } = new AbortController();
const config = `${cluster}/config`;

/** Somebody who takes what is told, unless there is an error to throw. */
function listener(id: string) {
  const heard: ChangeRecord[] = [];
  const state = { error: undefined as Error | undefined };
  const recipient: Recipient = {
    id,
    tell: async (change) => {
      if (state.error !== undefined) {
        throw state.error;
      }
      heard.push(change);
    },
  };
  return { recipient, heard, state };
}

function judgedIn(look: Look): JudgedCluster {
  if (look.kind !== 'judged' && look.kind !== 'unchanged') {
    throw new Error(`the look is ${look.kind}`);
  }
  return look.judged;
}

/** A cluster, and two who are told of it. */
async function told() {
  const world = await watched();
  const [one, two] = [listener('one'), listener('two')];
  const recipients = [one.recipient, two.recipient];
  const ids = { recipients: recipients.map(({ id }) => id) };
  const judge = async () => judgedIn(await world.judge({}, ids));
  const tellOf = (judged: JudgedCluster) => tell(judged, { records: world.records, recipients }, signal);
  const judgeAndTell = async () => tellOf(await judge());
  return { ...world, one, two, judge, tellOf, judgeAndTell };
}

const rulesIn = (changes: readonly ChangeRecord[], side: 'new' | 'gone') =>
  changes.map((change) => [...new Set(change[side].map(({ key }) => key))]);

describe('a change of findings', () => {
  it('is told to each recipient once, and nothing is told while nothing changes', async () => {
    const { one, two, put, judgeAndTell, clock, judge, tellOf } = await told();
    await judgeAndTell();
    expect([one.heard, two.heard]).toEqual([[], []]);
    await put(config, badConfig);
    await judgeAndTell();
    await judgeAndTell();
    await clock.sleep(1000);
    await tellOf(await judge());
    for (const { heard } of [one, two]) {
      expect(rulesIn(heard, 'new')).toEqual([[config]]);
      expect(rulesIn(heard, 'gone')).toEqual([[]]);
    }
    await put(config, goodConfig);
    await judgeAndTell();
    expect(rulesIn(one.heard, 'gone')).toEqual([[], [config]]);
  });

  it('that could not be told is told with the next look, though nothing changed since, and only to whom it was not', async () => {
    const { one, two, put, judgeAndTell } = await told();
    await put(config, badConfig);
    two.state.error = new Error('the webhook (env:HOOK) answered 500');
    expect(await judgeAndTell()).toEqual([{ recipient: 'two', reason: 'the webhook (env:HOOK) answered 500' }]);
    two.state.error = undefined;
    expect(await judgeAndTell()).toEqual([]);
    expect(await judgeAndTell()).toEqual([]);
    expect([one.heard.length, two.heard.length]).toEqual([1, 1]);
    expect(two.heard).toEqual(one.heard);
  });

  it('joins the next one until it can be told, and is forgotten when it is taken back', async () => {
    const { one, two, put, judgeAndTell } = await told();
    two.state.error = new Error('not now');
    await put(config, badConfig);
    await judgeAndTell();
    await put(`${cluster}/notes.txt`, 'a foreign file');
    await judgeAndTell();
    await put(config, goodConfig);
    await judgeAndTell();
    two.state.error = undefined;
    await judgeAndTell();
    expect(one.heard).toHaveLength(3);
    expect(rulesIn(two.heard, 'new')).toEqual([[`${cluster}/notes.txt`]]);
    expect(rulesIn(two.heard, 'gone')).toEqual([[]]);
  });

  it('is told again where nobody could note that it was told', async () => {
    const { one, put, judge, tellOf, control } = await told();
    await put(config, badConfig);
    const judged = await judge();
    const { write } = control;
    control.write = () =>
      Promise.reject(new VfsError({ code: 'Unavailable', operation: 'write', target: 't', reason: 'r' }));
    await expect(tellOf(judged)).rejects.toMatchObject({ code: 'Unavailable' });
    control.write = write;
    expect(await tellOf(await judge())).toEqual([]);
    expect(one.heard).toHaveLength(2);
    expect(await tellOf(await judge())).toEqual([]);
    expect(one.heard).toHaveLength(2);
  });

  it('is not told to who is no longer configured', async () => {
    const { two, put, records, one, judge } = await told();
    await put(config, badConfig);
    await tell(await judge(), { records, recipients: [one.recipient] }, signal);
    expect((await judge()).record.untold).toBeUndefined();
    expect([one.heard.length, two.heard.length]).toEqual([1, 0]);
  });

  it('is kept in the history, at least once, as a recipient like the others', async () => {
    const world = await watched();
    const recipients = [historyOf(world.records)];
    const judgeAndTell = async () =>
      tell(judgedIn(await world.judge()), { records: world.records, recipients }, signal);
    await world.put(config, badConfig);
    await judgeAndTell();
    await judgeAndTell();
    await world.clock.sleep(60_000);
    await world.put(config, goodConfig);
    await judgeAndTell();
    const changes = await world.records.changes(cluster, signal);
    expect(changes.map(({ new: added, gone }) => [added.length > 0, gone.length > 0])).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it.each([
    [
      Object.assign(new Error('https://hooks.example.com/hunter2'), { name: 'SignatureDoesNotMatch' }),
      'SignatureDoesNotMatch',
    ],
    [new VfsError({ code: 'Unavailable', operation: 'write', target: 't', reason: 'r' }), 'write t: r'],
    ['hunter2' as never, 'unknown'],
  ])('that fails is told of without what an error of an SDK may quote', async (error, reason) => {
    const { one, put, judgeAndTell } = await told();
    one.state.error = error;
    await put(config, badConfig);
    expect(await judgeAndTell()).toEqual([{ recipient: 'one', reason: expect.stringContaining(reason) }]);
  });
});

describe('a notification', () => {
  const change = (count: number, message = 'is wrong'): ChangeRecord => ({
    version: 1,
    store: 's3://state',
    cluster,
    state: 'complete',
    judgedAt: '2026-03-01T12:00:00.000Z',
    fingerprint: 'f',
    counts: { error: count, warning: 0, info: 0, waived: 0 },
    new: Array.from({ length: count }, (_, i) => ({
      rule: 'A-RULE',
      severity: 'error',
      message,
      key: config,
      pointer: `/spec/${i}`,
      line: 1,
    })),
    gone: [],
  });

  it('says in one sentence what changed, and has all of it as data', () => {
    const { text, ...rest } = notificationOf(change(1));
    expect(text).toBe(
      `${cluster}: new findings: 1, gone: 0; now errors: 1, warnings: 0, remarks: 0\n+ error A-RULE ${config}:1: is wrong`,
    );
    expect(rest).toMatchObject({ schemaVersion: 1, kind: 'findings-changed', cluster, omitted: 0 });
    expect(rest.new).toEqual(change(1).new);
  });

  it('fits into what SNS and EventBridge take, however much there is to say', () => {
    const body = JSON.stringify(notificationOf(change(500, '\u{1f4a5}"'.repeat(5_000))));
    expect(Buffer.byteLength(body)).toBeLessThan(256 * 1024);
    expect(notificationOf(change(500))).toMatchObject({ omitted: 475, counts: { error: 500 } });
  });
});

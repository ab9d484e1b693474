import { describe, expect, it } from '@jest/globals';
import { decodeMessage } from '../../lib/events/decode.ts';
import { decodeJudgeTask, encodeJudgeTask, type JudgeTask } from '../../lib/events/judge-task.ts';
import { encodeTask } from '../../lib/events/task.ts';
import { s3Body, s3Record } from './senders.ts';

const judge: JudgeTask = { task: 'judge', store: 'prod', cluster: 'a.example.com', isDue: false, depth: 1 };

describe('a task to judge', () => {
  it.each<JudgeTask>([
    judge,
    { ...judge, seen: 'f', isDue: true, depth: 8 },
    { ...judge, cluster: 'tests/\uffff\u{1f4a5}' },
    { task: 'judge-all', store: 'prod' },
  ])('is read as it was sent: %j', (task) => {
    const body = encodeJudgeTask(task);
    expect(body).not.toMatch(/[\ufffe\uffff]/);
    expect(decodeJudgeTask(body)).toEqual({ kind: 'judge-task', task });
  });

  it.each([
    ['{', 'hello', '[]', 'null'],
    [s3Body(s3Record('k')), encodeTask({ route: 'r', destination: 'd', prefix: '', depth: 0 })],
  ])('is none of these', (...bodies) => {
    expect(bodies.map((body) => decodeJudgeTask(body))).toEqual(bodies.map(() => undefined));
  });

  it.each([
    [{ statesync: 2 }, 'its version is 2, and this program knows version 1'],
    [{ store: '' }, 'store is "", expected a name'],
    [{ cluster: 7 }, 'cluster is 7, expected a name'],
    [{ seen: '' }, 'seen is "", expected a fingerprint'],
    [{ isDue: 'yes' }, 'isDue is "yes", expected true or false'],
    [{ depth: 9 }, 'depth is 9, expected a whole number from 0 to 8'],
    [{ prefix: 'a/' }, 'it has an unknown field "prefix"'],
  ])('with %j is refused, with what is wrong', (changes, reason) => {
    expect(decodeJudgeTask(JSON.stringify({ statesync: 1, ...judge, ...changes }))).toEqual({
      kind: 'refused',
      reason: `the statesync message cannot be carried out: ${reason}`,
    });
  });

  it('is never sent deeper than a chain may be', () => {
    expect(() => encodeJudgeTask({ ...judge, depth: 9 })).toThrow(RangeError);
  });

  it('is refused by functions that replicate', () => {
    expect(decodeMessage(encodeJudgeTask(judge))).toMatchObject({ kind: 'refused' });
  });
});

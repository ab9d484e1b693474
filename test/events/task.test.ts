import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeMessage } from '../../lib/events/decode.ts';
import { encodeTask, maxTaskDepth, type ReconcileTask } from '../../lib/events/task.ts';
import { snsBody } from './senders.ts';

const task: ReconcileTask = { route: 'prod', destination: 'replica', prefix: 'k.example.com/', depth: 1 };
const body = encodeTask(task);

function refusalOf(message: unknown): string {
  const decoded = decodeMessage(JSON.stringify(message));
  expect(decoded.kind).toBe('refused');
  return decoded.kind === 'refused' ? decoded.reason : '';
}

describe('a reconcile task', () => {
  it('is written in one stable form', () => {
    expect(body).toBe(
      '{"statesync":1,"task":"reconcile","route":"prod","destination":"replica","prefix":"k.example.com/","depth":1}',
    );
  });

  it('is read as it was written, whatever the names', () => {
    const name = fc.string({ unit: 'binary', minLength: 1 });
    const tasks = fc.record({
      route: name,
      destination: name,
      prefix: fc.string({ unit: 'binary' }),
      depth: fc.integer({ min: 0, max: maxTaskDepth }),
    });
    fc.assert(
      fc.property(tasks, (any) => {
        expect(decodeMessage(encodeTask(any))).toEqual({ kind: 'task', task: any });
      }),
    );
  });

  it('may be for the whole store', () => {
    const whole = { ...task, prefix: '' };
    expect(decodeMessage(encodeTask(whole))).toEqual({ kind: 'task', task: whole });
  });

  it('is written in characters that SQS carries', () => {
    const tasks = fc.string({ unit: fc.constantFrom('\ufffe', '\uffff', '\ud800', '\0', '\u2028', '😀', 'a') });
    fc.assert(
      fc.property(tasks, (prefix) => {
        const written = encodeTask({ ...task, prefix });
        expect(written).not.toMatch(/[^\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u);
        expect(decodeMessage(written)).toEqual({ kind: 'task', task: { ...task, prefix } });
      }),
    );
  });

  it('is read out of SNS', () => {
    expect(decodeMessage(snsBody(body))).toEqual({ kind: 'task', task });
  });

  it('deeper than 8 is refused by the sender and by the receiver', () => {
    expect(decodeMessage(encodeTask({ ...task, depth: 8 })).kind).toBe('task');
    expect(() => encodeTask({ ...task, depth: 9 })).toThrow(
      new RangeError('a reconcile task cannot be sent: depth is 9, expected a whole number from 0 to 8'),
    );
    expect(refusalOf({ ...JSON.parse(body), depth: 9 })).toBe(
      'the statesync message cannot be carried out: depth is 9, expected a whole number from 0 to 8',
    );
  });

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('is not sent with depth %s', (depth) => {
    expect(() => encodeTask({ ...task, depth })).toThrow(RangeError);
  });

  it.each(['route', 'destination'])('is not sent without a %s', (name) => {
    expect(() => encodeTask({ ...task, [name]: '' })).toThrow(`${name} is ""`);
  });

  it.each([
    ['a newer version', { statesync: 2 }, 'its version is 2'],
    ['no version', { statesync: null }, 'its version is null'],
    ['another task', { task: 'promote' }, 'its task is "promote"'],
    ['no route', { route: undefined }, 'route is missing'],
    ['an empty destination', { destination: '' }, 'destination is ""'],
    ['a prefix that is no text', { prefix: ['a'] }, 'prefix is a list'],
    ['no prefix', { prefix: undefined }, 'prefix is missing'],
    ['a cluster in place of a prefix', { prefix: undefined, cluster: 'a' }, 'prefix is missing'],
    ['a cluster beside its prefix', { cluster: 'a' }, 'unknown field "cluster"'],
    ['a depth in words', { depth: '1' }, 'depth is "1"'],
    ['a negative depth', { depth: -1 }, 'depth is -1'],
    ['half a depth', { depth: 0.5 }, 'depth is 0.5'],
    ['no depth', { depth: undefined }, 'depth is missing'],
    ['a field that it does not know', { force: true }, 'unknown field "force"'],
    ['records beside it', { Records: [] }, 'unknown field "Records"'],
  ])('is refused with %s', (_, changes, reason) => {
    expect(refusalOf({ ...JSON.parse(body), ...changes })).toContain(reason);
  });

  it('is refused with an own __proto__', () => {
    expect(decodeMessage(body.replace('{', '{"__proto__":{},')).kind).toBe('refused');
  });
});

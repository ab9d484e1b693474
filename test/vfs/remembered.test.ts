import { describe, expect, it } from '@jest/globals';
import { type Lasting, Remembered } from '../../lib/vfs/remembered.ts';
import { createManualClock } from '../support/clock.ts';

const never = new AbortController().signal;

/** A question that is answered when the test says so. */
function question() {
  const clock = createManualClock();
  const asked: { signal: AbortSignal; before: string | undefined; answer: PendingAnswer }[] = [];
  const remembered = new Remembered<string>(clock, (signal, before) => {
    const answer = pendingAnswer();
    asked.push({ signal, before, answer });
    return answer.promise;
  });
  const answer = (value: string) => asked.at(-1)?.answer.resolve({ value, until: clock.now() + 1000 });
  return { clock, asked, remembered, answer };
}

interface PendingAnswer {
  readonly promise: Promise<Lasting<string>>;
  readonly resolve: (answer: Lasting<string>) => void;
  readonly reject: (error: Error) => void;
}

function pendingAnswer(): PendingAnswer {
  let [resolve, reject]: [PendingAnswer['resolve'], PendingAnswer['reject']] = [() => {}, () => {}];
  const promise = new Promise<Lasting<string>>((resolving, rejecting) => {
    [resolve, reject] = [resolving, rejecting];
  });
  return { promise, resolve, reject };
}

describe('something that is remembered', () => {
  it('is asked for once by all who want it, and then known for its time', async () => {
    const { clock, asked, remembered, answer } = question();
    const waiting = [remembered.get(never), remembered.get(never)];
    answer('first');
    expect(await Promise.all(waiting)).toEqual(['first', 'first']);
    await clock.advance(999);
    expect(await remembered.get(never)).toBe('first');
    await clock.advance(1);
    const again = remembered.get(never);
    answer('second');
    expect(await again).toBe('second');
    expect(asked.map(({ before }) => before)).toEqual([undefined, 'first']);
  });

  it('is asked for anew after a failure', async () => {
    const { asked, remembered, answer } = question();
    const failing = remembered.get(never);
    asked[0]?.answer.reject(new Error('no'));
    await expect(failing).rejects.toThrow('no');
    const again = remembered.get(never);
    answer('yes');
    expect(await again).toBe('yes');
  });

  it('is given up when the last who waits gives up, and not before', async () => {
    const { asked, remembered } = question();
    const [first, second] = [new AbortController(), new AbortController()];
    const waiting = [remembered.get(first.signal), remembered.get(second.signal)];
    first.abort(new Error('first'));
    await expect(waiting[0]).rejects.toThrow('first');
    expect(asked[0]?.signal.aborted).toBe(false);
    second.abort(new Error('second'));
    await expect(waiting[1]).rejects.toThrow('second');
    expect(asked[0]?.signal.aborted).toBe(true);
    await expect(remembered.get(second.signal)).rejects.toThrow('second');
    expect(asked).toHaveLength(1);
  });

  it('is forgotten, unless what is to be forgotten has been replaced', async () => {
    const { clock, asked, remembered } = question();
    remembered.learn({ value: 'new', until: clock.now() + 1000 });
    remembered.forget('old');
    expect(await remembered.get(never)).toBe('new');
    remembered.forget('new');
    remembered.get(never).catch(() => {});
    remembered.learn({ value: 'newer', until: clock.now() + 1000 });
    remembered.forget();
    remembered.get(never).catch(() => {});
    expect(asked).toHaveLength(2);
  });
});

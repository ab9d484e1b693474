import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { answerBody, answerBytes, tooLong } from '../../lib/vfs/answer-body.ts';
import { collect } from '../../lib/vfs/body.ts';

const answer = () => Readable.from([Buffer.from('ab'), Buffer.from('cd')], { objectMode: false });

describe('the bytes of an answer', () => {
  it('come whole', async () => {
    expect((await answerBytes(answer(), 4)).toString()).toBe('abcd');
  });

  it('are not read on beyond the limit', async () => {
    const long = answer();
    await expect(answerBytes(long, 3)).rejects.toMatchObject({ code: tooLong });
    expect(long.destroyed).toBe(true);
  });
});

describe('the body of an answer', () => {
  it('passes the bytes on', async () => {
    expect(
      Buffer.from(
        await collect(
          answerBody(answer(), () => new Error('the connection broke')),
          4,
        ),
      ).toString(),
    ).toBe('abcd');
  });

  it('rejects as it is told when the connection breaks', async () => {
    const broken = answer();
    const body = answerBody(broken, (error) => new Error(`told: ${(error as Error).message}`));
    broken.destroy(new Error('cut'));
    await expect(collect(body, 4)).rejects.toThrow('told: cut');
  });

  it('closes the connection when it is let go, unread or read in part', async () => {
    const [unread, left] = [answer(), answer()];
    await answerBody(unread, () => new Error('the connection broke')).cancel();
    for await (const _ of answerBody(left, () => new Error('the connection broke'))) {
      break;
    }
    expect([unread.destroyed, left.destroyed]).toEqual([true, true]);
  });
});

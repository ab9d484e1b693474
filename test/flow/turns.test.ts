import { describe, expect, it } from '@jest/globals';
import { Turns } from '../../lib/flow/turns.ts';

/** Work that is over when it is told. */
function piece(log: string[], name: string) {
  let end = () => {};
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  const work = async () => {
    log.push(`${name} begins`);
    await over;
    log.push(`${name} ends`);
    return name;
  };
  return { work, end };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('turns', () => {
  it('let work of one name wait for that before it, and no other', async () => {
    const log: string[] = [];
    const turns = new Turns();
    const [a, b, c] = [piece(log, 'a'), piece(log, 'b'), piece(log, 'c')];
    const running = [turns.run('x', a.work), turns.run('x', b.work), turns.run('y', c.work)];
    await settled();
    expect(log).toEqual(['a begins', 'c begins']);
    for (const { end } of [b, c, a]) {
      end();
    }
    expect(await Promise.all(running)).toEqual(['a', 'b', 'c']);
    expect(log.slice(2)).toEqual(['c ends', 'a ends', 'b begins', 'b ends']);
  });

  it('go on after work that failed, which fails for its own caller only', async () => {
    const turns = new Turns();
    const failing = turns.run('x', async () => {
      throw new Error('broken');
    });
    const next = turns.run('x', async () => 'fine');
    await expect(failing).rejects.toThrow('broken');
    expect(await next).toBe('fine');
    expect(await turns.run('x', async () => 'again')).toBe('again');
  });
});

import { mkdir, readdir, readlink, symlink, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { textSource } from '../../../lib/vfs/body.ts';
import { type Holder, readHolder, stateOf, thisProcess, writeHolder } from '../../../lib/vfs/file/holder.ts';
import { FileLocks } from '../../../lib/vfs/file/locks.ts';
import { createFastClock } from '../../support/clock.ts';
import { useScratch } from './scratch.ts';

const scratch = useScratch();
const { signal } = new AbortController();

/** Others than this process: one that lives, one that ended, one that cannot be judged. */
async function strangers() {
  const me = await thisProcess();
  return {
    me,
    living: { ...me, nonce: 'another' },
    ended: { ...me, nonce: 'another', started: '1' },
    elsewhere: { ...me, nonce: 'another', machine: 'elsewhere' },
  };
}

/** Makes a holder hold every lock. */
async function holdAll(text: string): Promise<void> {
  for (let slot = 0; slot < 32; slot += 1) {
    await mkdir(scratch.path('locks', `${slot}`), { recursive: true });
    await symlink(text, scratch.path('locks', `${slot}`, '7'));
  }
}

describe('holders', () => {
  it('are written as names and read back', async () => {
    const { me } = await strangers();
    expect(writeHolder(me)).toMatch(/^[\w-]+$/);
    expect(readHolder(writeHolder(me))).toEqual(me);
    expect(['', 'free', 'a-b-c', 'a-b-0-1-n', 'a-b-1-1-n-more'].map(readHolder)).toEqual(Array(5).fill(undefined));
  });

  it('live while their process runs, and not when another has its number', async () => {
    const { me, living, ended } = await strangers();
    expect(await stateOf(me, me)).toBe('alive');
    expect(await stateOf(living, me)).toBe('alive');
    expect(await stateOf(ended, me)).toBe('dead');
    expect(await stateOf({ ...me, pid: 2 ** 30 }, me)).toBe('dead');
  });

  it('are dead when the machine has started anew, and unknown on another or in another container', async () => {
    const { me, elsewhere } = await strangers();
    const [boot, space] = me.boot.split('_');
    expect(await stateOf({ ...me, boot: `other_${space}` }, me)).toBe('dead');
    expect(await stateOf({ ...me, boot: `${boot}_other` }, me)).toBe('unknown');
    expect(await stateOf(elsewhere, me)).toBe('unknown');
  });
});

describe('locks', () => {
  const locksOf = (holder: Holder) => new FileLocks(scratch.path('locks'), holder, createFastClock());

  it('let one in at a time, also after a failure', async () => {
    const locks = locksOf((await strangers()).me);
    let inside = 0;
    const most: number[] = [];
    const work = async () => {
      inside += 1;
      most.push(inside);
      await readdir(scratch.directory);
      inside -= 1;
    };
    await expect(locks.withLock('k', signal, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    await Promise.all(Array.from({ length: 8 }, () => locks.withLock('k', signal, work)));
    expect(Math.max(...most)).toBe(1);
  });

  it('are taken over from the dead', async () => {
    const { me, ended } = await strangers();
    await holdAll(writeHolder(ended));
    expect(await locksOf(me).withLock('k', signal, async () => 'done')).toBe('done');
  });

  it('leave their highest number behind, so that whoever looked before the last turn finds it passed', async () => {
    const locks = locksOf((await strangers()).me);
    const highest: number[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      await locks.withLock('k', signal, async () => {});
      const [slot = ''] = await readdir(scratch.path('locks'));
      const numbers = (await readdir(scratch.path('locks', slot))).map(Number);
      expect(numbers).toHaveLength(1);
      expect(await readlink(scratch.path('locks', slot, `${numbers[0]}`))).toBe('free');
      highest.push(...numbers);
    }
    expect(highest).toEqual([2, 4, 6]);
  });

  it.each(['living', 'elsewhere'] as const)('are not taken from one %s; the error names the file', async (who) => {
    const all = await strangers();
    await holdAll(writeHolder(all[who]));
    await expect(locksOf(all.me).withLock('k', signal, async () => 'done')).rejects.toMatchObject({
      code: 'Unavailable',
      maybeApplied: false,
      target: expect.stringMatching(/locks\/\d+\/7$/),
      message: expect.stringContaining(`process ${all.me.pid}`),
    });
  });

  it('are ours when this process could not give them up', async () => {
    const { me } = await strangers();
    await holdAll(writeHolder(me));
    expect(await locksOf(me).withLock('k', signal, async () => 'done')).toBe('done');
  });

  it('are not waited for when the signal fires', async () => {
    const { me, living } = await strangers();
    await holdAll(writeHolder(living));
    const abort = new AbortController();
    const clock = { now: () => 0, sleep: async () => abort.abort(new Error('enough')) };
    const locks = new FileLocks(scratch.path('locks'), me, clock);
    await expect(locks.withLock('k', abort.signal, async () => 'done')).rejects.toThrow('enough');
  });

  it('fail a write that cannot have them, which then stores nothing', async () => {
    const { living } = await strangers();
    await mkdir(scratch.path('.statesync'));
    await holdAll(writeHolder(living));
    const store = scratch.store({ clock: createFastClock() });
    await symlink('../locks', scratch.path('.statesync/locks'));
    await expect(store.write('k', textSource('text'))).rejects.toMatchObject({ code: 'Unavailable' });
    expect(await store.find('k')).toBeUndefined();
    expect(await scratch.files('.statesync/tmp')).toEqual([]);
  });
});

describe('what processes leave behind that die while they write', () => {
  it('is removed by the next that writes, and what the living write is not', async () => {
    const { ended, living, elsewhere } = await strangers();
    await mkdir(scratch.path('.statesync/tmp'), { recursive: true });
    for (const holder of [ended, living, elsewhere]) {
      await writeFile(scratch.path('.statesync/tmp', `${writeHolder(holder)}.some-id`), 'half');
    }
    await writeFile(scratch.path('.statesync/tmp/stranger'), 'half');
    await scratch.store().write('k', textSource('text'));
    const left = await scratch.files('.statesync/tmp');
    expect([...left].sort()).toEqual(
      [`${writeHolder(living)}.some-id`, `${writeHolder(elsewhere)}.some-id`, 'stranger'].sort(),
    );
  });
});

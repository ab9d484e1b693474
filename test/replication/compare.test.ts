import { describe, expect, it } from '@jest/globals';
import { compare } from '../../lib/replication/compare.ts';
import { sameContent, sha256Of } from '../../lib/replication/compare-content.ts';
import { stampOf } from '../../lib/replication/stamp.ts';
import { compose } from '../../lib/vfs/driver.ts';
import { aroundCalls } from '../../lib/vfs/layers/around.ts';
import { Store } from '../../lib/vfs/store.ts';
import type { ObjectStat, Revision } from '../../lib/vfs/types.ts';
import { createPair, signal } from './pair.ts';

const url = 's3://source';
const stat: ObjectStat = {
  key: 'note.txt' as never,
  size: 3,
  revision: 'r1' as Revision,
  checksums: {},
  modifiedAt: undefined,
  headers: {},
  metadata: {},
};
const replica: ObjectStat = { ...stat, revision: 'own' as Revision, metadata: stampOf(url, stat, {}) };
const crc = (crc32c: string) => ({ checksums: { crc32c } });

describe('compare', () => {
  it('calls sizes that differ different, whatever else is known', () => {
    expect(compare(stat, { ...replica, size: 4 }, url)).toEqual({ kind: 'different' });
  });

  it("believes the replica's stamp, not the source's", () => {
    expect(compare(stat, replica, url)).toEqual({ kind: 'same', by: 'stamp' });
    expect(compare(replica, stat, url)).toEqual({ kind: 'cannot-tell' });
  });

  it('takes a CRC-32C for proof only beside a stamp of this source, and its absence at both ends for none', () => {
    const later = { ...stat, revision: 'r2' as Revision };
    expect(compare(later, replica, url)).toEqual({ kind: 'cannot-tell' });
    expect(compare({ ...later, ...crc('1') }, { ...replica, ...crc('1') }, url)).toEqual({
      kind: 'same',
      by: 'crc32c and stamp',
    });
    expect(compare({ ...later, ...crc('1') }, { ...stat, ...crc('1') }, url)).toEqual({ kind: 'cannot-tell' });
  });
});

describe('comparing by reading', () => {
  it('reads only the revision that was found', async () => {
    const { source, put } = createPair();
    await put('note.txt', 'one');
    await expect(sha256Of(source, 'note.txt', 'other' as Revision, signal)).rejects.toMatchObject({
      code: 'PreconditionFailed',
    });
  });

  it('leaves no read behind when one end fails', async () => {
    const { source, destination } = createPair();
    let ended = false;
    const slow = compose(destination.driver, (inner) =>
      aroundCalls(inner, async (call, run) => {
        await new Promise((resolve) => setImmediate(resolve));
        ended = true;
        return run(call.signal);
      }),
    );
    const context = { source, destination: new Store(slow), signal } as never;
    await expect(sameContent(context, stat, 'r1' as Revision)).rejects.toMatchObject({ code: 'NotFound' });
    expect(ended).toBe(true);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { conflictOf, createDigest, DigestTap, digestBytes, proofOf } from '../../lib/vfs/checksums.ts';
import type { ChecksumAlgorithm } from '../../lib/vfs/types.ts';
import { checksumSets } from '../support/arbitraries.ts';

/** Check values for "123456789": the catalogue of parametrised CRC algorithms; RFC 1321 and FIPS 180 implementations for the others. */
const checkValues: Readonly<Record<ChecksumAlgorithm, string>> = {
  crc64nvme: 'ae8b14860a799888',
  crc64xz: '995dc9bbdf1939fa',
  crc32c: 'e3069283',
  md5: '25f9e794323b453885f5181f1b624d0b',
  sha256: '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225',
};
const algorithms = Object.keys(checkValues) as ChecksumAlgorithm[];
const nine = Buffer.from('123456789');

describe('digests', () => {
  it.each(Object.entries(checkValues))('%s has the published check value', async (algorithm, value) => {
    expect(await digestBytes(nine, [algorithm as ChecksumAlgorithm])).toEqual({ [algorithm]: value });
  });

  it('do not depend on how the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 }), async (chunks) => {
        const tap = await DigestTap.create(algorithms);
        for (const chunk of chunks) {
          tap.update(chunk);
        }
        const whole = Buffer.concat(chunks);
        expect(tap.size).toBe(whole.byteLength);
        expect(tap.finish()).toEqual(await digestBytes(whole, algorithms));
      }),
    );
  });

  it.each(algorithms)('of %s that are under way at the same time do not mix', async (algorithm) => {
    const [one, two] = [await createDigest(algorithm), await createDigest(algorithm)];
    one.update(nine.subarray(0, 4));
    two.update(nine);
    one.update(nine.subarray(4));
    expect([one.finish(), two.finish()]).toEqual([checkValues[algorithm], checkValues[algorithm]]);
  });

  it('of a CRC that was finished twice is not shared by the next two', async () => {
    const first = await createDigest('crc64nvme');
    first.update(nine);
    expect([first.finish(), first.finish()]).toEqual([checkValues.crc64nvme, checkValues.crc64nvme]);
    const [one, two] = [await createDigest('crc64nvme'), await createDigest('crc64nvme')];
    one.update(nine);
    two.update(Buffer.from('other'));
    expect(one.finish()).toBe(checkValues.crc64nvme);
  });
});

describe('comparing sets', () => {
  it('finds a conflict in any algorithm that both know', () => {
    expect(conflictOf({ sha256: 'a', md5: 'b' }, { md5: 'c' })).toBe('md5');
    expect(conflictOf({ sha256: 'a' }, { md5: 'c' })).toBeUndefined();
  });

  it('finds a proof only in 64 bits or more', () => {
    expect(proofOf({ crc32c: 'a' }, { crc32c: 'a' })).toBeUndefined();
    expect(proofOf({ crc32c: 'a', md5: 'b' }, { crc32c: 'a', md5: 'b' })).toBe('md5');
    expect(proofOf({}, {})).toBeUndefined();
  });

  it('is the same both ways', () => {
    fc.assert(
      fc.property(checksumSets, checksumSets, (a, b) => {
        expect(proofOf(a, b)).toBe(proofOf(b, a));
        expect(conflictOf(a, b) === undefined).toBe(conflictOf(b, a) === undefined);
        expect(conflictOf(a, a)).toBeUndefined();
      }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { digestBytes } from '../../../lib/vfs/checksums.ts';
import { joinedCrc32c } from '../../../lib/vfs/gcs/crc32c.ts';

async function crc32cOf(bytes: Uint8Array): Promise<string> {
  return (await digestBytes(bytes, ['crc32c'])).crc32c ?? '';
}

describe('the CRC-32C of joined pieces', () => {
  it('is that of all bytes, wherever they were cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 8 }), async (parts) => {
        const pieces = await Promise.all(
          parts.map(async (part) => ({ crc32c: await crc32cOf(part), size: part.byteLength })),
        );
        expect(joinedCrc32c(pieces)).toBe(await crc32cOf(Buffer.concat(parts)));
      }),
    );
  });

  it('is right for sizes beyond 32 bits', async () => {
    // 5 GiB of zeros behind one byte, put together in two ways.
    const one = { crc32c: await crc32cOf(Buffer.from('a')), size: 1 };
    const zeros = { crc32c: await crc32cOf(Buffer.alloc(1024 ** 2)), size: 1024 ** 2 };
    const gibibyte = { crc32c: joinedCrc32c(Array.from({ length: 1024 }, () => zeros)), size: 1024 ** 3 };
    const five = { crc32c: joinedCrc32c(Array.from({ length: 5 }, () => gibibyte)), size: 5 * 1024 ** 3 };
    expect(joinedCrc32c([one, five])).toBe(joinedCrc32c([one, ...Array.from({ length: 5 }, () => gibibyte)]));
  });
});

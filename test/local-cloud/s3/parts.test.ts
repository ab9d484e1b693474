import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checksumAlgorithms, combineCrc, createDigester, isCrc } from '../../../lib/local-cloud/s3/checksums.ts';
import { JoinedContent, MemoryContent, SyntheticContent, slice } from '../../../lib/local-cloud/s3/content.ts';
import { compareKeys, OrderedKeys } from '../../../lib/local-cloud/s3/ordered-keys.ts';
import { childText, readXml, writeXml } from '../../../lib/local-cloud/s3/xml.ts';

const digest = (algorithm: Parameters<typeof createDigester>[0], ...chunks: readonly Uint8Array[]) => {
  const digester = createDigester(algorithm);
  for (const chunk of chunks) {
    digester.update(chunk);
  }
  return digester.digest();
};

describe('checksums', () => {
  it.each([
    ['CRC32', 'cbf43926'],
    ['CRC32C', 'e3069283'],
    ['CRC64NVME', 'ae8b14860a799888'],
    ['SHA1', createHash('sha1').update('123456789').digest('hex')],
    ['MD5', createHash('md5').update('123456789').digest('hex')],
  ] as const)('%s of 123456789 is %s', (algorithm, expected) => {
    expect(digest(algorithm, Buffer.from('123456789')).toString('hex')).toBe(expected);
  });

  it('do not mix when several grow side by side', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), fc.array(fc.uint8Array()), (left, right) => {
        const [a, b] = [createDigester('CRC64NVME'), createDigester('CRC64NVME')];
        for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
          a.update(left[index] ?? new Uint8Array());
          b.update(right[index] ?? new Uint8Array());
        }
        expect(a.digest()).toEqual(digest('CRC64NVME', Buffer.concat(left)));
        expect(b.digest()).toEqual(digest('CRC64NVME', Buffer.concat(right)));
      }),
    );
  });

  it.each(checksumAlgorithms.filter(isCrc))('a %s of the whole follows from those of its parts', (algorithm) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (first, second) => {
        const combined = combineCrc(algorithm, digest(algorithm, first), digest(algorithm, second), second.length);
        expect(combined).toEqual(digest(algorithm, first, second));
      }),
    );
  });

  it('a SHA-256 cannot be combined', () => {
    expect(() => combineCrc('SHA256', Buffer.alloc(32), Buffer.alloc(32), 1)).toThrow('it is not a CRC');
  });
});

describe('contents', () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 5 }), { maxLength: 6 });
  const bytesOf = (chunks: Iterable<Uint8Array>) => Buffer.concat([...chunks]);

  it('give every range as the bytes of the whole have it', () => {
    fc.assert(
      fc.property(pieces, pieces, fc.nat(60), fc.nat(60), (left, right, a, b) => {
        const whole = Buffer.concat([...left, ...right]);
        const joined = new JoinedContent([new MemoryContent(left), new MemoryContent(right)]);
        const [start, end] = [Math.min(a, b, whole.length), Math.min(Math.max(a, b), whole.length)];
        expect(joined.size).toBe(whole.length);
        expect(bytesOf(joined.chunks(start, end))).toEqual(whole.subarray(start, end));
        const part = slice(joined, start, end);
        expect(bytesOf(part.chunks(0, part.size))).toEqual(whole.subarray(start, end));
      }),
    );
  });

  it('that are made up are the same in ranges as in whole', () => {
    const synthetic = new SyntheticContent(200_000, 'seed');
    const whole = bytesOf(synthetic.chunks(0, synthetic.size));
    expect(whole.length).toBe(200_000);
    fc.assert(
      fc.property(fc.nat(200_000), fc.nat(200_000), (a, b) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        expect(bytesOf(synthetic.chunks(start, end)).equals(whole.subarray(start, end))).toBe(true);
      }),
    );
  });
});

describe('ordered keys', () => {
  // Around the surrogates, where the order of JavaScript and that of UTF-8 differ.
  const unit = fc.constantFrom('a', 'b', '/', '\u007f', 'é', '\ud7ff', '\ue000', '\uffff', '😀', '𐀀');
  const key = fc.string({ unit, maxLength: 4 });

  it('are in the order of the bytes of their UTF-8', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        const expected = Buffer.compare(Buffer.from(a), Buffer.from(b));
        expect(Math.sign(compareKeys(a, b))).toBe(expected);
      }),
    );
  });

  it('hold what was added and not removed since, whenever they are read', () => {
    const change = fc.record({ add: fc.boolean(), key, read: fc.boolean() });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const keys = new OrderedKeys();
        const expected = new Set<string>();
        for (const { add, key: changed, read } of changes) {
          if (add && !expected.has(changed)) {
            keys.add(changed);
            expected.add(changed);
          } else if (!add && expected.delete(changed)) {
            keys.remove(changed);
          }
          if (read) {
            expect(keys.list()).toEqual([...expected].sort(compareKeys));
          }
        }
        expect(keys.list()).toEqual([...expected].sort(compareKeys));
      }),
    );
  });
});

describe('XML', () => {
  it('comes back with any text that it was written with', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary-ascii' }), (a, b) => {
        const read = readXml(writeXml('Root', { A: a, List: [{ B: b }, { B: 'second' }] }), 'Root');
        expect(childText(read, 'A')).toBe(a);
        expect(read.children.slice(1).map((child) => childText(child, 'B'))).toEqual([b, 'second']);
      }),
    );
  });

  it('may have a declaration, comments, prefixes, attributes, empty elements and character data', () => {
    const text =
      '<?xml version="1.0"?>\n<!-- c --><x:Root a="1"><A/><B xmlns="y">1 &lt;<![CDATA[<2>]]>&#65;&#x42;</B></x:Root>';
    const read = readXml(text, 'Root');
    expect([childText(read, 'A'), childText(read, 'B'), childText(read, 'C')]).toEqual(['', '1 <<2>AB', undefined]);
  });

  it.each(['', 'text', '<Root>', '<Root></Other>', '<Root/><Root/>', '<Other/>', '<Root', '<!DOCTYPE x><Root/>'])(
    'that is malformed, or another document, is refused: %j',
    (text) => {
      expect(() => readXml(text, 'Root')).toThrow('The XML you provided was not well-formed');
    },
  );
});

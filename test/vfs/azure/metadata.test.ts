import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeMetadata, encodeMetadata } from '../../../lib/vfs/azure/metadata.ts';

const attempt = { operation: 'write', target: 'azureblob://account/state/k' };
const encode = (metadata: Readonly<Record<string, string>>) => encodeMetadata(metadata, attempt);
/** Names are told apart without case, so they come in lower case, as everywhere. */
const names = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((name) => name === name.toLowerCase());
const tricky = fc.stringMatching(/^[a-f0-9_-]{1,12}$/);
const values = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom('', ' a ', '=?utf-8?b?YQ==?=', 'a  b'),
);

describe('metadata', () => {
  it('comes back, whatever it is, and travels as C# identifiers and visible ASCII', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(names, tricky), values, { maxKeys: 6 }), (metadata) => {
        const kept = encode(metadata);
        for (const [name, value] of Object.entries(kept)) {
          expect(name).toMatch(/^[a-z_][a-z0-9_]*$/);
          expect(value).toMatch(/^[\x21-\x7e]+( [\x21-\x7e]+)*$/);
        }
        expect(decodeMetadata(kept)).toEqual(metadata);
      }),
    );
  });

  it('stays readable where it can', () => {
    const metadata = { 'statesync-key': 'prod/config', plain_name: 'two words', '1st': '', größe: 'ü' };
    expect(encode(metadata)).toEqual({
      statesync_2dkey: 'prod/config',
      plain_name: 'two words',
      _31st: '=?utf-8?b??=',
      gr_c3_b6_c3_9fe: '=?utf-8?b?w7w=?=',
    });
  });

  it('of others is told as it is, in lower case', () => {
    const others = { CreatedBy: 'AzCopy', a_5fb: '1', a_ff: '2', hdi_isfolder: 'true' };
    expect(decodeMetadata(others)).toEqual({ createdby: 'AzCopy', a_5fb: '1', a_ff: '2', hdi_isfolder: 'true' });
  });

  it('of more than 8 KiB is refused, as Azure would', () => {
    expect(() => encode({ a: 'x'.repeat(8191) })).not.toThrow();
    expect(() => encode({ a: 'x'.repeat(8192) })).toThrow(/the metadata takes 8193 bytes as Azure keeps it/);
  });

  it('without a name is refused', () => {
    expect(() => encode({ '': 'x' })).toThrow(/a metadata name is empty/);
  });
});

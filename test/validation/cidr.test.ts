import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { contains, formatAddress, includes, overlaps, parseAddress, parseCidr } from '../../lib/validation/cidr.ts';

describe('networks', () => {
  it.each([
    ['10.0.0.0/8', '10.0.0.0/8', true],
    ['10.1.2.3/8', '10.0.0.0/8', false],
    ['0.0.0.0/0', '0.0.0.0/0', true],
    ['255.255.255.255/32', '255.255.255.255/32', true],
    ['::/0', '::/0', true],
    ['2001:db8::1/64', '2001:db8::/64', false],
    ['2001:DB8:0:0:1::/80', '2001:db8:0:0:1::/80', true],
    ['::ffff:10.0.0.0/8', '10.0.0.0/8', true],
    ['1:0:0:2::/64', '1:0:0:2::/64', true],
  ])('%s is read as %s', (text, printed, exact) => {
    expect(parseCidr(text)).toMatchObject({ text: printed, exact });
  });

  it.each([
    '',
    '10.0.0.0',
    '10.0.0/8',
    '10.0.0.0/33',
    '10.0.0.256/8',
    '010.0.0.0/8',
    '10.0.0.0/08',
    '::/129',
    ':::/64',
    '1::2::3/64',
    'g::/64',
    '1:2:3:4:5:6:7:8:9/64',
    '1:2:3:4:5:6:7::8/64x',
    '10.0.0.0/8/8',
    ' 10.0.0.0/8',
  ])('%j is none', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  it('contain and overlap each other', () => {
    const [big, small, beside] = ['10.0.0.0/8', '10.2.0.0/16', '11.0.0.0/8'].map((text) => parseCidr(text)!);
    expect([contains(big!, small!), contains(small!, big!), contains(big!, big!), contains(big!, beside!)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect([overlaps(big!, small!), overlaps(small!, big!), overlaps(small!, beside!)]).toEqual([true, true, false]);
    expect(overlaps(parseCidr('0.0.0.0/0')!, parseCidr('::/0')!)).toBe(false);
  });

  it('include addresses', () => {
    const network = parseCidr('10.2.0.0/16')!;
    expect(['10.2.255.255', '10.3.0.0', '::1'].map((text) => includes(network, parseAddress(text)!))).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('print addresses that read back', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const address = parseAddress(text)!;
        expect(parseAddress(formatAddress(address.family, address.value))).toEqual(address);
      }),
    );
  });
});

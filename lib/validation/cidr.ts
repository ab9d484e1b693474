/** A network: its address family, its first address, and how many bits name it. */
export interface Cidr {
  readonly family: 4 | 6;
  readonly network: bigint;
  readonly size: number;
  /** Whether the address that was written lies at the beginning of the network. */
  readonly exact: boolean;
  /** `10.0.0.0/16`, as Go prints the network. */
  readonly text: string;
}

/** Reads a network like Go's `net.ParseCIDR`; undefined when it is none. */
export function parseCidr(text: string): Cidr | undefined {
  const [, address = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const ip = parseAddress(address);
  const size = Number(bits);
  if (ip === undefined || bits === '' || (bits.length > 1 && bits.startsWith('0')) || size > widthOf(ip.family)) {
    return undefined;
  }
  const hostBits = BigInt(widthOf(ip.family) - size);
  const network = (ip.value >> hostBits) << hostBits;
  return {
    family: ip.family,
    network,
    size,
    exact: network === ip.value,
    text: `${formatAddress(ip.family, network)}/${size}`,
  };
}

/** An address and its family. */
export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** Reads an address like Go's `net.ParseIP`; undefined when it is none. An IPv4 address in IPv6 form counts as IPv4, as in Go. */
export function parseAddress(text: string): Address | undefined {
  const v4 = parseV4(text);
  if (v4 !== undefined) {
    return { family: 4, value: v4 };
  }
  const v6 = parseV6(text);
  if (v6 === undefined) {
    return undefined;
  }
  return v6 >> 32n === 0xffffn ? { family: 4, value: v6 & 0xffffffffn } : { family: 6, value: v6 };
}

/** Whether every address of `inner` lies in `outer`. */
export function contains(outer: Cidr, inner: Cidr): boolean {
  return outer.family === inner.family && outer.size <= inner.size && sharesPrefix(outer, inner, outer.size);
}

/** Whether two networks have an address in common. */
export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.family === b.family && sharesPrefix(a, b, Math.min(a.size, b.size));
}

/** Whether an address lies in a network. */
export function includes(network: Cidr, address: Address): boolean {
  const hostBits = BigInt(widthOf(network.family) - network.size);
  return network.family === address.family && network.network >> hostBits === address.value >> hostBits;
}

function sharesPrefix(a: Cidr, b: Cidr, size: number): boolean {
  const hostBits = BigInt(widthOf(a.family) - size);
  return a.network >> hostBits === b.network >> hostBits;
}

/** Bits of an address of a family. */
export function widthOf(family: 4 | 6): number {
  return family === 4 ? 32 : 128;
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.');
  const valid = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
  return valid ? parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n) : undefined;
}

function parseV6(text: string): bigint | undefined {
  const [, head = '', tail = ''] = /^(.*?)(\d+\.\d+\.\d+\.\d+)?$/.exec(text) ?? [];
  const v4 = tail === '' ? undefined : parseV4(tail);
  if (tail !== '' && v4 === undefined) {
    return undefined;
  }
  const written = v4 === undefined ? head : `${head}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`;
  const halves = written.split('::');
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const count = groups.flat().length;
  const well = groups.flat().every((group) => /^[0-9a-fA-F]{1,4}$/.test(group));
  if (!well || halves.length > 2 || (halves.length === 2 ? count > 7 : count !== 8)) {
    return undefined;
  }
  const [left = [], right = []] = groups;
  const zeros = Array.from({ length: 8 - count }, () => '0');
  return [...left, ...zeros, ...right].reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

/** As Go prints it: the longest run of two or more zero groups is left out. */
export function formatAddress(family: 4 | 6, value: bigint): string {
  if (family === 4) {
    return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  }
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  const runs = [
    ...groups
      .map((group) => (group === '0' ? '0' : '-'))
      .join('')
      .matchAll(/00+/g),
  ];
  const longest = runs.reduce<RegExpMatchArray | undefined>(
    (best, run) => (best === undefined || run[0].length > best[0].length ? run : best),
    undefined,
  );
  if (longest?.index === undefined) {
    return groups.join(':');
  }
  return `${groups.slice(0, longest.index).join(':')}::${groups.slice(longest.index + longest[0].length).join(':')}`;
}

/**
 * The CRC-64 of `x-oss-hash-crc64ecma`: the polynomial of ECMA-182, reflected, beginning and ending with all bits inverted (OSS, "Check data
 * integrity by using CRC-64"). Computed here in two halves of 32 bits, apart from the product's own digests.
 */
const polynomialHigh = 0xc96c5795;
const polynomialLow = 0xd7870f42;
const tableHigh = new Uint32Array(256);
const tableLow = new Uint32Array(256);

for (let byte = 0; byte < 256; byte += 1) {
  let [high, low] = [0, byte];
  for (let bit = 0; bit < 8; bit += 1) {
    const odd = low & 1;
    low = ((low >>> 1) | (high << 31)) >>> 0;
    high >>>= 1;
    if (odd === 1) {
      high = (high ^ polynomialHigh) >>> 0;
      low = (low ^ polynomialLow) >>> 0;
    }
  }
  tableHigh[byte] = high;
  tableLow[byte] = low;
}

/** The CRC-64 of some bytes, in the decimal form of OSS's headers. */
export function crc64ecma(bytes: Uint8Array): string {
  let [high, low] = [0xffffffff, 0xffffffff];
  for (const byte of bytes) {
    const index = (low ^ byte) & 0xff;
    low = ((low >>> 8) | (high << 24)) >>> 0;
    high >>>= 8;
    high = (high ^ (tableHigh[index] ?? 0)) >>> 0;
    low = (low ^ (tableLow[index] ?? 0)) >>> 0;
  }
  return ((BigInt(~high >>> 0) << 32n) | BigInt(~low >>> 0)).toString();
}

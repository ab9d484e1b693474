/** The polynomial of CRC-32C, its bits in reverse order. */
const polynomial = 0x82f63b78;
/** The polynomials 1 and x to the power of 8, in reverse order. */
const one = 0x80000000;
const oneByte = 0x00800000;

/** A piece of content: its CRC-32C, hexadecimal, and its length in bytes. */
export interface Piece {
  readonly crc32c: string;
  readonly size: number;
}

/**
 * The CRC-32C of pieces one after another, from those of the pieces.
 *
 * Appending n bytes multiplies the remainder of what came before by x to the power of 8n; the remainder of what is appended is added to it.
 */
export function joinedCrc32c(pieces: readonly Piece[]): string {
  const crc = pieces.reduce(
    (sum, { crc32c, size }) => (times(shift(size), sum) ^ Number.parseInt(crc32c, 16)) >>> 0,
    0,
  );
  return crc.toString(16).padStart(8, '0');
}

/** x to the power of 8·`bytes`, by repeated squaring. */
function shift(bytes: number): number {
  let result = one;
  let square = oneByte;
  for (let left = bytes; left > 0; left = Math.floor(left / 2)) {
    result = left % 2 === 1 ? times(square, result) : result;
    square = times(square, square);
  }
  return result;
}

/** The product of two polynomials, modulo that of CRC-32C. */
function times(a: number, b: number): number {
  let product = 0;
  let factor = b;
  for (let bit = one; bit > 0; bit >>>= 1) {
    product ^= (a & bit) === 0 ? 0 : factor;
    factor = factor & 1 ? (factor >>> 1) ^ polynomial : factor >>> 1;
  }
  return product >>> 0;
}

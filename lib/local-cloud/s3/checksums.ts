import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { createCRC32, createCRC64 } from 'hash-wasm';

/** The checksum algorithms of S3 that the embedded one keeps. */
export type ChecksumAlgorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256';

/** Over the whole object, or over the digests of its parts. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

/** A digest that grows with the bytes given to it. */
export interface Digester {
  update(chunk: Uint8Array): void;
  digest(): Buffer;
}

interface AlgorithmFacts {
  /** Bytes. */
  readonly length: number;
  /** The reversed polynomial of a CRC; digests over parts can be combined. */
  readonly polynomial?: bigint;
}

const algorithms: Readonly<Record<ChecksumAlgorithm, AlgorithmFacts>> = {
  CRC32: { length: 4, polynomial: 0xedb8_8320n },
  CRC32C: { length: 4, polynomial: 0x82f6_3b78n },
  CRC64NVME: { length: 8, polynomial: 0x9a6c_9329_ac4b_c9b5n },
  SHA1: { length: 20 },
  SHA256: { length: 32 },
};

/** Every algorithm, in the order in which S3 lists them. */
export const checksumAlgorithms = Object.keys(algorithms) as readonly ChecksumAlgorithm[];

// One machine of each kind serves everybody: its state is loaded and saved around each update.
const crc32cMachine = await createCRC32(0x82f6_3b78);
const crc64Machine = await createCRC64('9a6c9329ac4bc9b5');

/** A fresh digester. */
export function createDigester(algorithm: ChecksumAlgorithm | 'MD5'): Digester {
  switch (algorithm) {
    case 'CRC32':
      return new Crc32Digester();
    case 'CRC32C':
      return new SharedDigester(crc32cMachine);
    case 'CRC64NVME':
      return new SharedDigester(crc64Machine);
    default:
      return createHash(algorithm.toLowerCase());
  }
}

/** Whether a name is one of the algorithms. */
export function isChecksumAlgorithm(name: string): name is ChecksumAlgorithm {
  return Object.hasOwn(algorithms, name);
}

/** Whether the digests of parts can be combined into that of the whole. */
export function isCrc(algorithm: ChecksumAlgorithm): boolean {
  return algorithms[algorithm].polynomial !== undefined;
}

/** The bytes of a checksum in base64, or undefined when the text is not one of that algorithm. */
export function decodeChecksum(algorithm: ChecksumAlgorithm, text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === algorithms[algorithm].length && bytes.toString('base64') === text ? bytes : undefined;
}

/** The CRC of two contents one after the other, from the CRC of each and the length of the second in bytes. */
export function combineCrc(algorithm: ChecksumAlgorithm, first: Buffer, second: Buffer, secondLength: number): Buffer {
  const { polynomial, length } = algorithms[algorithm];
  if (polynomial === undefined) {
    throw new TypeError(`${algorithm} cannot be combined: it is not a CRC`);
  }
  const top = 1n << BigInt(length * 8 - 1);
  // Appending n bytes multiplies the polynomial of the first content by x to the power of 8n.
  let shift = top;
  let square = top >> 8n;
  for (let rest = secondLength; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) {
      shift = multiply(shift, square, polynomial, top);
    }
    square = multiply(square, square, polynomial, top);
  }
  const combined = multiply(toBigInt(first), shift, polynomial, top) ^ toBigInt(second);
  return Buffer.from(combined.toString(16).padStart(length * 2, '0'), 'hex');
}

/** Product of two reversed polynomials, modulo the reversed polynomial; the highest bit stands for one. */
function multiply(a: bigint, b: bigint, polynomial: bigint, top: bigint): bigint {
  let product = 0n;
  let factor = b;
  for (let bit = top; bit > 0n; bit >>= 1n) {
    if ((a & bit) !== 0n) {
      product ^= factor;
    }
    factor = (factor & 1n) === 0n ? factor >> 1n : (factor >> 1n) ^ polynomial;
  }
  return product;
}

function toBigInt(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`);
}

class Crc32Digester implements Digester {
  #value = 0;

  update(chunk: Uint8Array): void {
    this.#value = crc32(chunk, this.#value);
  }

  digest(): Buffer {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(this.#value);
    return bytes;
  }
}

class SharedDigester implements Digester {
  readonly #machine: Awaited<ReturnType<typeof createCRC32>>;
  #state: Uint8Array;

  constructor(machine: Awaited<ReturnType<typeof createCRC32>>) {
    this.#machine = machine;
    this.#state = machine.init().save();
  }

  update(chunk: Uint8Array): void {
    this.#machine.load(this.#state);
    this.#state = this.#machine.update(chunk).save();
  }

  digest(): Buffer {
    this.#machine.load(this.#state);
    return Buffer.from(this.#machine.digest('hex'), 'hex');
  }
}

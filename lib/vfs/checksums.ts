import { createHash } from 'node:crypto';
import { createCRC32, createCRC64, type IHasher } from 'hash-wasm';
import type { ChecksumAlgorithm, ChecksumSet } from './types.ts';

/** Computes a digest while bytes pass. */
export interface Digest {
  update(chunk: Uint8Array): void;
  /** The digest of all bytes so far as lower-case hex. Ends the computation. */
  finish(): string;
}

/** The algorithms whose agreement alone proves equal content: 64 bits or more. Strongest first. */
export const provingAlgorithms: readonly ChecksumAlgorithm[] = ['sha256', 'md5', 'crc64nvme', 'crc64xz'];

/** Reflected polynomials, as the catalogue of parametrised CRC algorithms gives them for CRC-64/NVME and CRC-64/XZ. */
const polynomials = { crc64nvme: '9a6c9329ac4bc9b5', crc64xz: 'c96c5795d7870f42' } as const;

/** Hashers in WebAssembly that are free. Making one costs far more than digesting a small file with it. */
const freeHashers = new Map<ChecksumAlgorithm, IHasher[]>();

/** Starts one digest of one algorithm. */
export async function createDigest(algorithm: ChecksumAlgorithm): Promise<Digest> {
  if (algorithm === 'sha256' || algorithm === 'md5') {
    const hash = createHash(algorithm);
    return { update: (chunk) => void hash.update(chunk), finish: () => hash.digest('hex') };
  }
  const free = freeHashers.get(algorithm) ?? [];
  freeHashers.set(algorithm, free);
  const hash =
    free.pop() ?? (await (algorithm === 'crc32c' ? createCRC32(0x82f63b78) : createCRC64(polynomials[algorithm])));
  hash.init();
  let digest: string | undefined;
  return {
    update: (chunk) => void hash.update(chunk),
    finish: () => {
      if (digest === undefined) {
        digest = hash.digest('hex');
        free.push(hash);
      }
      return digest;
    },
  };
}

/** Computes several digests of bytes that pass, and counts them. */
export class DigestTap {
  readonly #digests: ReadonlyMap<ChecksumAlgorithm, Digest>;
  #size = 0;

  private constructor(digests: ReadonlyMap<ChecksumAlgorithm, Digest>) {
    this.#digests = digests;
  }

  static async create(algorithms: readonly ChecksumAlgorithm[]): Promise<DigestTap> {
    const entries = await Promise.all(algorithms.map(async (name) => [name, await createDigest(name)] as const));
    return new DigestTap(new Map(entries));
  }

  update(chunk: Uint8Array): void {
    this.#size += chunk.byteLength;
    for (const digest of this.#digests.values()) {
      digest.update(chunk);
    }
  }

  /** Bytes seen so far. */
  get size(): number {
    return this.#size;
  }

  finish(): ChecksumSet {
    return Object.fromEntries([...this.#digests].map(([name, digest]) => [name, digest.finish()]));
  }
}

/** Digests of bytes in memory. */
export async function digestBytes(bytes: Uint8Array, algorithms: readonly ChecksumAlgorithm[]): Promise<ChecksumSet> {
  const tap = await DigestTap.create(algorithms);
  tap.update(bytes);
  return tap.finish();
}

/** The first algorithm by which both sets speak of different content; undefined where none does. */
export function conflictOf(a: ChecksumSet, b: ChecksumSet): ChecksumAlgorithm | undefined {
  const names = Object.keys(a) as ChecksumAlgorithm[];
  return names.find((name) => a[name] !== undefined && b[name] !== undefined && a[name] !== b[name]);
}

/**
 * The strongest algorithm by which both sets prove equal content; undefined where they share none of 64 bits or more.
 */
export function proofOf(a: ChecksumSet, b: ChecksumSet): ChecksumAlgorithm | undefined {
  return provingAlgorithms.find((name) => a[name] !== undefined && a[name] === b[name]);
}

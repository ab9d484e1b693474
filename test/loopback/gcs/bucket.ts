import { ApiError, conditionNotMet, invalid, noObject } from './api-error.ts';
import { type Attributes, hashesOf, type StoredObject } from './stored-object.ts';

/** Bytes of all custom metadata of an object: https://cloud.google.com/storage/quotas#objects */
const maxMetadata = 8 * 1024;
let lastGeneration = BigInt(Date.now()) * 1000n;

/** Content that is about to become an object, and what its sender says of it. */
export interface Arrival {
  readonly name: string;
  readonly content: Buffer;
  readonly attributes: Attributes;
  /** Digests that the sender vouches for, in base64. */
  readonly crc32c?: string | undefined;
  readonly md5Hash?: string | undefined;
  readonly componentCount?: number;
}

/** A bucket with uniform bucket-level access: its objects have no access control lists. */
export class Bucket {
  readonly name: string;
  readonly versioned: boolean;
  /** Generations by name, oldest first; at most the last of them is live. */
  readonly #objects = new Map<string, StoredObject[]>();

  constructor(name: string, versioned: boolean) {
    this.name = name;
    this.versioned = versioned;
  }

  /** All generations of all objects, by name in UTF-8 order, oldest first. */
  get generations(): readonly StoredObject[] {
    const names = [...this.#objects.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    return names.flatMap((name) => this.#objects.get(name) ?? []);
  }

  live(name: string): StoredObject | undefined {
    const last = this.#objects.get(name)?.at(-1);
    return last?.timeDeleted === undefined ? last : undefined;
  }

  /** A generation, or the live one. Throws where there is none. */
  find(name: string, generation: string | undefined): StoredObject {
    if (generation !== undefined && !/^\d+$/.test(generation)) {
      throw invalid(`Invalid value for: generation is not a valid integer: ${generation}`);
    }
    const found =
      generation === undefined
        ? this.live(name)
        : this.#objects.get(name)?.find((object) => object.generation === generation);
    if (found === undefined) {
      throw noObject(this.name, name);
    }
    return found;
  }

  /** Throws unless the live generation is the one of the condition; 0 is that of an absent object. https://cloud.google.com/storage/docs/request-preconditions */
  require(name: string, { ifGenerationMatch }: { readonly ifGenerationMatch?: string | undefined }): void {
    if (ifGenerationMatch !== undefined && ifGenerationMatch !== (this.live(name)?.generation ?? '0')) {
      throw conditionNotMet();
    }
  }

  put({ name, content, attributes, crc32c, md5Hash, componentCount }: Arrival): StoredObject {
    checkName(name);
    checkMetadata(attributes);
    const hashes = hashesOf(content);
    if (crc32c !== undefined && crc32c !== hashes.crc32c) {
      throw invalid(`Provided CRC32C "${crc32c}" doesn't match calculated CRC32C "${hashes.crc32c}".`);
    }
    if (md5Hash !== undefined && md5Hash !== hashes.md5Hash) {
      throw invalid(`Provided MD5 hash "${md5Hash}" doesn't match calculated MD5 hash "${hashes.md5Hash}".`);
    }
    const timeCreated = new Date().toISOString();
    lastGeneration += 1n;
    const object: StoredObject = {
      name,
      generation: String(lastGeneration),
      content,
      attributes,
      timeCreated,
      ...(componentCount === undefined ? {} : { componentCount }),
    };
    this.#retire(name, timeCreated);
    this.#objects.set(name, [...(this.#objects.get(name) ?? []), object]);
    return object;
  }

  /** Without a generation the live one becomes noncurrent, or goes; with one that one goes for good. */
  remove(name: string, generation: string | undefined): void {
    const { generation: found } = this.find(name, generation);
    if (generation === undefined) {
      this.#retire(name, new Date().toISOString());
    } else {
      this.#keep(name, ({ generation: one }) => one !== found);
    }
  }

  #retire(name: string, timeDeleted: string): void {
    const live = this.live(name);
    if (live !== undefined && this.versioned) {
      live.timeDeleted = timeDeleted;
    } else if (live !== undefined) {
      this.#keep(name, (object) => object !== live);
    }
  }

  #keep(name: string, which: (object: StoredObject) => boolean): void {
    const kept = (this.#objects.get(name) ?? []).filter(which);
    if (kept.length === 0) {
      this.#objects.delete(name);
    } else {
      this.#objects.set(name, kept);
    }
  }
}

/** https://cloud.google.com/storage/docs/objects#naming */
function checkName(name: string): void {
  const reserved = name.startsWith('.well-known/acme-challenge/');
  if (
    name === '' ||
    /[\r\n]/.test(name) ||
    name === '.' ||
    name === '..' ||
    reserved ||
    Buffer.byteLength(name) > 1024
  ) {
    throw invalid(`Disallowed object name '${name}'`);
  }
}

function checkMetadata({ metadata = {} }: Attributes): void {
  const size = Object.entries(metadata).reduce((sum, pair) => sum + Buffer.byteLength(pair.join('')), 0);
  if (size > maxMetadata) {
    throw new ApiError(
      400,
      'metadataTooLarge',
      `The total size of custom metadata is ${size} bytes, and ${maxMetadata} are allowed.`,
    );
  }
}

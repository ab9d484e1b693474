import { abortableBody, collect, refuseOther } from '../body.ts';
import { requireInside } from '../byte-range.ts';
import { digestBytes } from '../checksums.ts';
import { type Driver, unwrap } from '../driver.ts';
import { VfsError } from '../errors.ts';
import type {
  BodySource,
  ByteRange,
  ChecksumAlgorithm,
  ObjectBody,
  ObjectKey,
  Precondition,
  ReadResult,
  Revision,
} from '../types.ts';
import type { MemorySpace } from './space.ts';
import type { ObjectContent, StoredObject } from './stored-object.ts';

const chunkBytes = 64 * 1024;

/** What the parts of a memory driver do with their space, each failure naming operation and target. */
export class SpaceAccess {
  readonly space: MemorySpace;
  readonly #url: string;

  constructor(space: MemorySpace, url: string) {
    this.space = space;
    this.#url = url;
  }

  /** The bytes of a source, all of them and verified. */
  async receive(source: BodySource, key: string, operation: string, signal: AbortSignal): Promise<Uint8Array> {
    signal.throwIfAborted();
    const origin = { operation, target: this.target(key) };
    const body = abortableBody(await source.open(signal), signal, origin);
    const bytes = new Uint8Array(await collect(body, Number.POSITIVE_INFINITY));
    const digests = await digestBytes(bytes, Object.keys(source.checksums) as ChecksumAlgorithm[]);
    const { size, checksums } = source;
    refuseOther({ ...origin, size, checksums }, bytes.byteLength, digests);
    signal.throwIfAborted();
    return bytes;
  }

  /** Stores content if the precondition holds, in one step. */
  put(key: string, content: ObjectContent, precondition: Precondition, operation: string): StoredObject {
    return this.space.put(key, content, precondition, { operation, target: this.target(key) });
  }

  /** The object, if there is one. */
  existing(key: string, operation: string): StoredObject {
    const stored = this.space.find(key);
    if (stored === undefined) {
      throw this.failure('NotFound', operation, key, 'there is no such object');
    }
    return stored;
  }

  /** The object, if it has this revision. */
  pinned(key: string, ifMatch: Revision | undefined, operation: string): StoredObject {
    const stored = this.existing(key, operation);
    if (ifMatch !== undefined && stored.revision !== ifMatch) {
      const reason = `its revision is ${stored.revision}, and ${ifMatch} was wanted`;
      throw this.failure('PreconditionFailed', operation, key, reason);
    }
    return stored;
  }

  /** Opens what is stored; bytes keep coming after it was overwritten. */
  async open(
    stored: StoredObject,
    key: ObjectKey,
    { range, signal }: { readonly range?: ByteRange; readonly signal: AbortSignal },
  ): Promise<ReadResult> {
    const bytes = this.part(stored, key, range);
    const origin = { operation: 'read', target: this.target(key) };
    return { stat: await stored.stat(key), body: abortableBody(chunkedBody(bytes), signal, origin) };
  }

  /** The bytes of a range, or all of them. */
  part(stored: StoredObject, key: string, range: ByteRange | undefined): Uint8Array {
    if (range === undefined) {
      return stored.bytes;
    }
    requireInside(range, stored.bytes.byteLength, this.target(key));
    return stored.bytes.subarray(range.offset, range.offset + range.length);
  }

  failure(code: VfsError['code'], operation: string, key: string, reason: string): VfsError {
    return new VfsError({ code, operation, target: this.target(key), reason });
  }

  target(key: string): string {
    return `${this.#url}/${key}`;
  }
}

const accesses = new WeakMap<Driver, SpaceAccess>();

/** Makes a driver known as one of memory, so that others can copy from it. */
export function rememberAccess(driver: Driver, access: SpaceAccess): void {
  accesses.set(driver, access);
}

/** The space beneath all layers of a driver, and the object's key there; undefined where the driver is not one of memory. */
export function accessOf(
  source: Driver,
  from: ObjectKey,
): { readonly access: SpaceAccess; readonly key: ObjectKey } | undefined {
  const { driver, key } = unwrap(source, from);
  const access = accesses.get(driver);
  return access && { access, key };
}

/** Copies chunk by chunk, so that nobody can change what is stored. */
function chunkedBody(bytes: Uint8Array): ObjectBody {
  let open = true;
  return {
    async *[Symbol.asyncIterator]() {
      for (let offset = 0; open && offset < bytes.byteLength; offset += chunkBytes) {
        yield bytes.slice(offset, offset + chunkBytes);
      }
    },
    cancel: async () => {
      open = false;
    },
  };
}

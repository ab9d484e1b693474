import { createHash } from 'node:crypto';
import { refuseOther } from '../body.ts';
import { digestBytes } from '../checksums.ts';
import type { Driver } from '../driver.ts';
import type { CompleteOptions, CopyPartOptions, MultipartDriver, Part, Upload } from '../multipart.ts';
import type { BodySource, CallOptions, ChecksumAlgorithm, ObjectKey, WriteOptions, Written } from '../types.ts';
import type { StoredUpload } from './space.ts';
import { accessOf, type SpaceAccess } from './space-access.ts';

/** Uploads into a memory space: parts wait beside the objects until `complete` joins them. */
export function memoryUploads(access: SpaceAccess): MultipartDriver {
  return new MemoryUploads(access);
}

class MemoryUploads implements MultipartDriver {
  readonly #access: SpaceAccess;

  constructor(access: SpaceAccess) {
    this.#access = access;
  }

  async begin(key: ObjectKey, { signal, headers, metadata }: Omit<WriteOptions, 'precondition'>): Promise<Upload> {
    signal.throwIfAborted();
    const { space } = this.#access;
    const id = `upload-${space.next()}`;
    space.uploads.set(id, { key, id, content: { headers, metadata }, parts: new Map() });
    return { key, id };
  }

  async putPart(upload: Upload, number: number, source: BodySource, { signal }: CallOptions): Promise<Part> {
    this.#underWay(upload, 'putPart');
    const bytes = await this.#access.receive(source, upload.key, 'putPart', signal);
    return this.#keep(upload, number, bytes, 'putPart');
  }

  async copyPart(
    upload: Upload,
    number: number,
    source: Driver,
    from: ObjectKey,
    { signal, range, sourceIfMatch }: CopyPartOptions,
  ): Promise<Part | undefined> {
    signal.throwIfAborted();
    const origin = accessOf(source, from);
    if (origin === undefined) {
      return undefined;
    }
    const stored = origin.access.pinned(origin.key, sourceIfMatch, 'copyPart');
    return this.#keep(upload, number, origin.access.part(stored, origin.key, range), 'copyPart');
  }

  async listParts(upload: Upload, { signal }: CallOptions): Promise<readonly Part[]> {
    signal.throwIfAborted();
    const parts = [...this.#underWay(upload, 'listParts').parts.values()].map(({ part }) => part);
    return parts.sort((a, b) => a.number - b.number);
  }

  async complete(upload: Upload, parts: readonly Part[], options: CompleteOptions): Promise<Written> {
    options.signal.throwIfAborted();
    const stored = this.#underWay(upload, 'complete');
    const bytes = Buffer.concat(parts.map((part) => this.#bytesOf(stored, part)));
    const digests = await digestBytes(bytes, Object.keys(options.checksums) as ChecksumAlgorithm[]);
    const expected = { operation: 'complete', target: this.#access.target(upload.key), checksums: options.checksums };
    refuseOther({ ...expected, size: bytes.byteLength }, bytes.byteLength, digests);
    this.#underWay(upload, 'complete');
    const made = this.#access.put(upload.key, { ...stored.content, bytes }, options.precondition, 'complete');
    this.#access.space.uploads.delete(upload.id);
    return made.written();
  }

  async abort(upload: Upload, { signal }: CallOptions): Promise<void> {
    signal.throwIfAborted();
    this.#access.space.uploads.delete(upload.id);
  }

  #underWay(upload: Upload, operation: string): StoredUpload {
    const stored = this.#access.space.uploads.get(upload.id);
    if (stored === undefined) {
      throw this.#access.failure('NotFound', operation, upload.key, 'the upload is complete or aborted');
    }
    return stored;
  }

  async #keep(upload: Upload, number: number, bytes: Uint8Array, operation: string): Promise<Part> {
    const tag = createHash('md5').update(bytes).digest('hex');
    const part = { number, size: bytes.byteLength, tag, checksums: { md5: tag } };
    this.#underWay(upload, operation).parts.set(number, { part, bytes });
    return part;
  }

  #bytesOf(stored: StoredUpload, wanted: Part): Uint8Array {
    const kept = stored.parts.get(wanted.number);
    if (kept?.part.tag !== wanted.tag) {
      const reason = `part ${wanted.number} is not the one that was stored`;
      throw this.#access.failure('InvalidArgument', 'complete', stored.key, reason);
    }
    return kept.bytes;
  }
}

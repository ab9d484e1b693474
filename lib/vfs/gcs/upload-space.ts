import { randomUUID } from 'node:crypto';
import { forEachConcurrently } from '../../flow/concurrency.ts';
import { bytesSource } from '../body.ts';
import { VfsError } from '../errors.ts';
import type { Upload } from '../multipart.ts';
import { undefinedWhenAbsent } from '../store.ts';
import type { GcsConnection } from './connection.ts';
import type { Attempt } from './errors.ts';
import { askPage } from './list.ts';
import { ownPrefix } from './object-names.ts';
import type { ObjectResource } from './object-resource.ts';
import { upload } from './upload.ts';
import { remove } from './write.ts';

/** Temporaries that are removed at a time. */
const removalsAtOnce = 8;

/**
 * Where an upload in parts keeps its temporary objects: one that stands for the upload and holds what the finished object is given, one for each
 * part, and those that are joined on the way. It lies at the bucket's root, outside of every cluster.
 */
export class UploadSpace {
  readonly #connection: GcsConnection;
  readonly #prefix: string;
  readonly #attempt: Attempt;
  readonly #signal: AbortSignal;

  constructor(connection: GcsConnection, { id }: Upload, attempt: Attempt, signal: AbortSignal) {
    this.#connection = connection;
    this.#prefix = `${ownPrefix}uploads/${id}/`;
    this.#attempt = attempt;
    this.#signal = signal;
  }

  /** The object that stands for the upload: without it the upload is gone. */
  get head(): string {
    return `${this.#prefix}head`;
  }

  part(number: number): string {
    return `${this.#prefix}part-${String(number).padStart(5, '0')}`;
  }

  /** The number of a part, undefined for another object. */
  numberOf({ name = '' }: ObjectResource): number | undefined {
    const [, digits] = /^part-(\d{5})$/.exec(name.slice(this.#prefix.length)) ?? [];
    return digits === undefined ? undefined : Number(digits);
  }

  /** A name for parts that are joined on the way; no two are alike. */
  joined(): string {
    return `${this.#prefix}joined-${randomUUID()}`;
  }

  /** Makes the object that stands for the upload, with what the finished object is given as its content. */
  async begin(given: ObjectResource): Promise<void> {
    const resource = { name: this.head, contentType: 'application/json' };
    const object = { resource, query: { ifGenerationMatch: '0' } };
    const source = bytesSource(Buffer.from(JSON.stringify(given)));
    await upload(this.#connection, object, source, this.#attempt, this.#signal);
  }

  /** What the finished object is given. Rejects with `NotFound` when the upload is gone. */
  given(): Promise<ObjectResource> {
    return this.#askHead({ alt: 'media' });
  }

  /** Whether the upload has neither been completed nor aborted. */
  async isThere(): Promise<boolean> {
    return (await undefinedWhenAbsent(this.#askHead({ fields: 'generation' }))) !== undefined;
  }

  #askHead(query: Readonly<Record<string, string>>): Promise<ObjectResource> {
    const path = this.#connection.pathOf(this.head, this.#attempt);
    return this.#connection.ask<ObjectResource>({ method: 'GET', path, query }, this.#attempt, this.#signal);
  }

  /** All temporaries, those that were replaced included where the bucket keeps them. */
  async *list(versions: boolean): AsyncGenerator<ObjectResource, void, undefined> {
    const query = {
      fields: `kind,nextPageToken,items(name,size,generation,md5Hash,crc32c)`,
      prefix: this.#prefix,
      ...(versions && { versions: 'true' }),
    };
    let next: { readonly pageToken?: string } | undefined = {};
    while (next !== undefined) {
      const page = await askPage(this.#connection, { ...query, ...next }, this.#attempt, this.#signal);
      yield* page.items ?? [];
      next = page.nextPageToken === undefined ? undefined : { pageToken: page.nextPageToken };
    }
  }

  /** Removes one generation for good. */
  async removeOne(name: string, generation: string): Promise<void> {
    await remove(this.#connection, name, { generation }, this.#attempt, this.#signal);
  }

  /** Removes everything for good; what stands for the upload first, so that a part which comes late finds it gone. */
  async clear(): Promise<void> {
    const all: ObjectResource[] = [];
    for await (const item of this.list(true)) {
      all.push(item);
    }
    const heads = all.filter(({ name }) => name === this.head);
    for (const group of [heads, all.filter((item) => !heads.includes(item))]) {
      await forEachConcurrently(group, removalsAtOnce, ({ name = '', generation = '' }) =>
        this.removeOne(name, generation),
      );
    }
  }

  /** The error of an upload that is gone. */
  gone(): VfsError {
    const { operation, target } = this.#attempt;
    return new VfsError({
      code: 'NotFound',
      operation,
      target,
      reason: 'there is no such upload: it was completed or aborted',
    });
  }
}

import { createHash } from 'node:crypto';
import { mapConcurrently } from '../flow/concurrency.ts';
import { collect, textSource } from '../vfs/body.ts';
import { isVfsError } from '../vfs/errors.ts';
import { type Store, undefinedWhenAbsent } from '../vfs/store.ts';
import type { StoreDefinition } from '../vfs/store-definition.ts';
import type { ListPage, ObjectEntry, Revision } from '../vfs/types.ts';
import {
  type ChangeRecord,
  decodeChange,
  decodeRecord,
  encodeRecord,
  type FindingsRecord,
  longestRecord,
} from './record.ts';

/** Where all records lie in the control store. */
export const findingsDirectory = 'findings/';
/** The changes that are kept of one cluster; older ones are deleted. */
export const mostChanges = 100;

/** A record as the control store has it. */
export interface StoredRecord {
  /** Undefined for one that this version cannot read. */
  readonly record: FindingsRecord | undefined;
  readonly revision: Revision;
}

/**
 * The findings of the clusters of one store, in the control store: `findings/<store>/<cluster>/latest.json`, and below `history/` one object for each
 * change of them.
 *
 * The store is named by the first 16 digits of the SHA-256 of its URL (and endpoint, where it has one), so that a control store serves several
 * configurations; the cluster as in a URL, so that a name with slashes is one directory.
 */
export class FindingRecords {
  readonly #control: Store;
  readonly #directory: string;

  constructor(control: Store, { url, endpoint }: Pick<StoreDefinition, 'url' | 'endpoint'>) {
    const place = [url.replace(/\/+$/, ''), ...(endpoint === undefined ? [] : [endpoint])].join(' ');
    this.#control = control;
    this.#directory = `${findingsDirectory}${createHash('sha256').update(place).digest('hex').slice(0, 16)}/`;
  }

  /** The record of a cluster: one request. Undefined where there is none. */
  async read(cluster: string, signal: AbortSignal): Promise<StoredRecord | undefined> {
    const found = await this.#text(this.#latest(cluster), signal);
    return found && { record: decodeRecord(found.text), revision: found.revision };
  }

  /**
   * Writes the record of a cluster over the one of `revision`, or as the first. Rejects with `PreconditionFailed` or `AlreadyExists` where somebody else
   * has written meanwhile.
   */
  async write(record: FindingsRecord, revision: Revision | undefined, signal: AbortSignal): Promise<StoredRecord> {
    const precondition =
      revision === undefined ? ({ kind: 'if-absent' } as const) : ({ kind: 'if-match', revision } as const);
    const source = textSource(encodeRecord(record));
    const written = await this.#control.write(this.#latest(record.cluster), source, { precondition, signal });
    return { record, revision: written.revision };
  }

  /** Keeps a change, once however often it is called, and deletes the oldest beyond `mostChanges`. */
  async keepChange(change: ChangeRecord, signal: AbortSignal): Promise<void> {
    const history = this.#history(change.cluster);
    const key = `${history}${change.judgedAt}.json`;
    const precondition = { kind: 'if-absent' } as const;
    await ignoring(
      'AlreadyExists',
      this.#control.write(key, textSource(encodeRecord(change)), { precondition, signal }),
    );
    const kept = await this.#entries(history, signal);
    for (const { key: oldest, revision } of kept.slice(0, Math.max(0, kept.length - mostChanges))) {
      if (revision !== undefined) {
        const known = { kind: 'if-match', revision } as const;
        await ignoring('PreconditionFailed', this.#control.delete(oldest, { precondition: known, signal }));
      }
    }
  }

  /** The changes of a cluster that are kept, oldest first. Those that this version cannot read are left out. */
  async changes(cluster: string, signal: AbortSignal): Promise<readonly ChangeRecord[]> {
    const entries = await this.#entries(this.#history(cluster), signal);
    const texts = await mapConcurrently(entries, 8, ({ key }) => this.#text(key, signal));
    return texts.flatMap((found) => (found && decodeChange(found.text)) ?? []);
  }

  /** The clusters that have a record, by name: one request for a thousand. */
  async clusters(signal: AbortSignal): Promise<readonly string[]> {
    const names: string[] = [];
    let pageToken: string | undefined;
    do {
      const page: ListPage = await this.#control.listPage(this.#directory, {
        delimiter: '/',
        signal,
        ...(pageToken !== undefined && { pageToken }),
      });
      names.push(...page.prefixes.map((prefix) => decodeURIComponent(prefix.slice(this.#directory.length, -1))));
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined);
    return names;
  }

  #latest(cluster: string): string {
    return `${this.#directory}${encodeURIComponent(cluster)}/latest.json`;
  }

  #history(cluster: string): string {
    return `${this.#directory}${encodeURIComponent(cluster)}/history/`;
  }

  /** By time, since that is what they are named by. */
  async #entries(prefix: string, signal: AbortSignal): Promise<readonly ObjectEntry[]> {
    const entries: ObjectEntry[] = [];
    for await (const entry of this.#control.list(prefix, { signal })) {
      entries.push(entry);
    }
    return entries.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async #text(key: string, signal: AbortSignal) {
    const found = await undefinedWhenAbsent(this.#control.read(key, { signal }));
    if (found === undefined) {
      return undefined;
    }
    const bytes = await collect(found.body, longestRecord);
    return { text: Buffer.from(bytes).toString('utf8'), revision: found.stat.revision };
  }
}

async function ignoring(code: 'AlreadyExists' | 'PreconditionFailed', call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isVfsError(error, code)) {
      throw error;
    }
  }
}

import { bytesSource, collect, textSource } from '../vfs/body.ts';
import { digestBytes } from '../vfs/checksums.ts';
import { isRefusedCondition, isVfsError, VfsError } from '../vfs/errors.ts';
import { type Store, undefinedWhenAbsent } from '../vfs/store.ts';
import type { Precondition, Revision } from '../vfs/types.ts';
import { decodeLease, encodeLease, type LeaseRecord, leaseKey, longestRecord } from './lease-record.ts';

/** A record as the control store has it. */
export interface StoredLease {
  readonly record: LeaseRecord;
  readonly revision: Revision;
  /** When it was written, by the clock of the control store; undefined where the writer has not looked. */
  readonly modifiedAt: Date | undefined;
}

/** Written to learn what time it is in the control store, which says of no request when it answered it. */
const clockKey = 'clock.json';

/** The requests of leases: each is one, except where it says otherwise. */
export class LeaseRecords {
  readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  /**
   * Writes a record under a condition, and resolves to what is there then: the record itself, or what was there instead; undefined where nothing is.
   *
   * Whether a write happened of which the answer was lost is seen by reading, one request more, as is what a refused one met.
   */
  async put(record: LeaseRecord, precondition: Precondition, signal: AbortSignal): Promise<StoredLease | undefined> {
    const bytes = Buffer.from(encodeLease(record));
    // A record that nobody can read would keep everybody out.
    const checksums = await digestBytes(bytes, this.store.capabilities.writeVerifies.slice(0, 1));
    const source = bytesSource(bytes, checksums);
    try {
      const { revision } = await this.store.write(leaseKey(record.subject), source, { precondition, signal });
      return { record, revision, modifiedAt: undefined };
    } catch (error) {
      if (isRefusedCondition(error) || (isVfsError(error) && error.maybeApplied)) {
        return this.#read(record.subject, signal);
      }
      throw error;
    }
  }

  /** Removes a record, if it is still the one of this revision. */
  async remove(subject: string, revision: Revision, signal: AbortSignal): Promise<void> {
    await this.store.delete(leaseKey(subject), { precondition: { kind: 'if-match', revision }, signal });
  }

  /** The time in the control store, or a moment before: two requests. Undefined where it does not tell. */
  async now(signal: AbortSignal): Promise<Date | undefined> {
    await this.store.write(clockKey, textSource('{"version":1}\n'), { signal });
    return (await this.store.stat(clockKey, { signal })).modifiedAt;
  }

  async #read(subject: string, signal: AbortSignal): Promise<StoredLease | undefined> {
    const key = leaseKey(subject);
    const found = await undefinedWhenAbsent(this.store.read(key, { signal }));
    if (found === undefined) {
      return undefined;
    }
    const record = decodeLease(Buffer.from(await collect(found.body, longestRecord)).toString());
    if (record?.subject !== subject) {
      const reason = `it is no record of the lease of ${subject} that this version reads; remove it when nothing runs`;
      throw new VfsError({ code: 'Unavailable', operation: 'lease', target: `${this.store.url}/${key}`, reason });
    }
    const { revision, modifiedAt } = found.stat;
    return { record, revision, modifiedAt };
  }
}

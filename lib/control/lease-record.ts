import { createHash } from 'node:crypto';

/**
 * What the control store holds of a lease: `leases/<SHA-256 of the subject>.json`, there as long as the lease is held.
 *
 * No two records that were ever written are equal, so that no store gives two of them the same revision.
 */
export interface LeaseRecord {
  readonly version: 1;
  /** What is leased, for whoever looks into the store: the address of an object at a destination. */
  readonly subject: string;
  /** Who holds it, for whoever looks into the store. */
  readonly holder: string;
  /** Drawn anew for every lease: by it, a holder knows its own record. */
  readonly nonce: string;
  /** How often the holder has written since it drew the nonce. */
  readonly writes: number;
  /** For how long it holds from the moment that the store wrote it, in milliseconds. */
  readonly durationMs: number;
}

/** The largest record that is read, in bytes: a subject is a URL and a key. */
export const longestRecord = 16 * 1024;

/** The key of the record of a lease. */
export function leaseKey(subject: string): string {
  return `leases/${createHash('sha256').update(subject).digest('hex')}.json`;
}

export function encodeLease(record: LeaseRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** Reads a record; undefined for what is none, or of another version. */
export function decodeLease(text: string): LeaseRecord | undefined {
  const record = parsed(text) as Partial<Record<keyof LeaseRecord, unknown>> | null | undefined;
  if (typeof record !== 'object' || record === null || record.version !== 1) {
    return undefined;
  }
  const texts = [record.subject, record.holder, record.nonce].every((value) => typeof value === 'string');
  const numbers = [record.writes, record.durationMs].every((value) => Number.isSafeInteger(value));
  return texts && numbers ? (record as LeaseRecord) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

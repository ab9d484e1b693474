import { allKept, type Capabilities, noCopies, noParts } from '../capabilities.ts';
import type { ChecksumAlgorithm } from '../types.ts';

/**
 * Bytes of one storage entry: 1 MiB with integrated storage (`max_entry_size`), 512 KiB with Consul ("Limits and maximums" of Vault's documentation).
 * One version of a secret is one entry.
 */
const defaultEntryBytes = 1024 ** 2;

/**
 * Of an entry, what is not content: our own fields beside it, which a write counts, and some 250 bytes that Vault adds (its own frame, the
 * encryption, the path).
 */
const besideContent = 8 * 1024;

/** Bytes that base64 makes of so many. */
export function base64Length(bytes: number): number {
  return 4 * Math.ceil(bytes / 3);
}

/** What a write may send as the fields of one secret, in bytes, where so much content is allowed. */
export function secretLimit({ maxWriteSize }: Pick<Capabilities, 'maxWriteSize'>): number {
  return base64Length(maxWriteSize) + besideContent - 1024;
}

/** Computed over the whole content, which every stat has at hand: Vault gives out a secret whole or not at all. */
export const computedChecksums: readonly ChecksumAlgorithm[] = ['sha256', 'md5', 'crc64nvme', 'crc64xz', 'crc32c'];

/** Content that fits into an entry of the default size once it is base64: 762 KiB. */
const defaultContentBytes = ((defaultEntryBytes - besideContent) / 4) * 3;

/**
 * What a KV v2 mount does. `own` denies more; its `maxWriteSize` stands for the server's settings, and may be larger than the default too: where
 * `max_entry_size` of the storage is, and `max_json_string_value_length` of the listener, which newer versions have.
 *
 * Not strongly consistent, because a URL does not say which node answers: performance standbys and performance secondaries of Vault Enterprise read
 * from a copy of their own. Reads ask to be handed on to the active node, which the server's configuration has to allow (`allow_forwarding_via_header`)
 * and which does not help at a secondary. What decides a write (check-and-set) is always done by the active node of the primary.
 *
 * The digests are computed by the driver over the bytes that Vault returns or is to be sent; Vault itself computes none.
 */
export function vaultCapabilities(own: Partial<Capabilities> = {}): Capabilities {
  const maxWriteSize = own.maxWriteSize ?? defaultContentBytes;
  return {
    ...allKept,
    ...noCopies,
    ...noParts,
    stronglyConsistent: false,
    statChecksums: computedChecksums,
    writeVerifies: computedChecksums,
    maxObjectSize: maxWriteSize,
    maxKeyBytes: 1024,
    ...own,
    maxWriteSize,
  };
}

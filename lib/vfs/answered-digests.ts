import { conflictOf } from './checksums.ts';
import { VfsError, type VfsErrorDetails } from './errors.ts';
import type { ChecksumSet } from './types.ts';

/** Throws `ChecksumMismatch` where an answer vouches for other digests than those of the bytes that were sent: the store may keep the wrong bytes. */
export function refuseOtherAnswer(
  answered: ChecksumSet,
  sent: ChecksumSet,
  { operation, target }: Pick<VfsErrorDetails, 'operation' | 'target'>,
): void {
  const conflict = conflictOf(sent, answered);
  if (conflict !== undefined) {
    const reason = `the store answered ${conflict} ${answered[conflict]}, and ${sent[conflict]} was sent`;
    throw new VfsError({ code: 'ChecksumMismatch', operation, target, reason, maybeApplied: true });
  }
}

/** A digest as many APIs write it, in base64, as our hexadecimal digits. */
export function hexOf(base64: string): string {
  return Buffer.from(base64, 'base64').toString('hex');
}

/** Our hexadecimal digits of a digest in base64. */
export function base64Of(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}

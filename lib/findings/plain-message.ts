import { coverSecrets } from '../config/secret-mask.ts';

/** A value of a message that is a whole structure: kOps prints it as JSON between the kind of the problem and its detail. */
const structure = /: (?:\{.*\}|\[.*\])(?=: |$)/s;

/** The message of a finding for those who do not have the file: without whole structures, which hold more than names, and with what looks like a secret covered. */
export function plainMessage(message: string): string {
  return coverSecrets(message.replace(structure, ': …'));
}

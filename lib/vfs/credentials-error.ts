import type { VfsErrorCode } from './errors.ts';

/** Why no credentials could be had. The message names sources and never holds a secret; whoever sent the request adds what it was. */
export class CredentialsError extends Error {
  override readonly name = 'CredentialsError';
  readonly code: VfsErrorCode;

  constructor(code: VfsErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

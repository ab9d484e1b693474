import { isVfsError, VfsError, type VfsErrorCode } from '../errors.ts';

/** What the system's error codes mean to a caller (errno(3)). */
const codes: Readonly<Record<string, VfsErrorCode>> = {
  ENOENT: 'NotFound',
  ENOTDIR: 'NotFound',
  EACCES: 'PermissionDenied',
  EPERM: 'PermissionDenied',
  EROFS: 'PermissionDenied',
  ENAMETOOLONG: 'InvalidArgument',
  EILSEQ: 'InvalidArgument',
  EINVAL: 'InvalidArgument',
  ELOOP: 'InvalidArgument',
  ENOSPC: 'TooLarge',
  EDQUOT: 'TooLarge',
  EFBIG: 'TooLarge',
  EIO: 'Unavailable',
  EBUSY: 'Unavailable',
  ESTALE: 'Unavailable',
  EMFILE: 'Unavailable',
  ENFILE: 'Unavailable',
  ETIMEDOUT: 'Unavailable',
};

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such object',
  ENOTDIR: 'there is no such object',
  EACCES: 'this user may not do that to the file or its directory',
  EPERM: 'the system does not permit it',
  EROFS: 'the file system is read-only',
  ENAMETOOLONG: 'a directory cannot hold a name or a path of this length',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
};

/** Whether an error is one of the system's, of one of these codes. */
export function isErrno(error: unknown, ...names: readonly string[]): error is NodeJS.ErrnoException {
  return isSystemError(error) && names.includes(String(error.code));
}

/** Runs file operations and turns the system's errors into ours. Errors that are not the system's pass. */
export async function mapErrors<T>(operation: string, target: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw fromSystem(error, operation, target);
  }
}

/** A store's error for a system's error; any other error as it is. */
export function fromSystem(error: unknown, operation: string, target: string): unknown {
  if (isVfsError(error) || !isSystemError(error)) {
    return error;
  }
  const name = String(error.code);
  const said = reasons[name] ?? 'the system failed';
  return new VfsError({
    code: codes[name] ?? 'Unknown',
    operation,
    target,
    reason: `${said} (${name} in ${error.syscall})`,
    maybeApplied: false,
    cause: error,
  });
}

/** By shape rather than by class, which differs between realms. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return typeof error === 'object' && error !== null && 'syscall' in error && 'code' in error;
}

import { mkdir } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { VfsError, type VfsErrorCode } from '../../../lib/vfs/errors.ts';
import { fromSystem, isErrno, mapErrors } from '../../../lib/vfs/file/errors.ts';
import { openDriver } from '../../../lib/vfs/file/open.ts';
import { createFastClock } from '../../support/clock.ts';
import { useScratch } from './scratch.ts';

const scratch = useScratch();
const errno = (code: string) =>
  Object.assign(new Error(`${code}: it went wrong, open '/path'`), { code, syscall: 'open' });

describe('errors of the system', () => {
  it.each<[string, VfsErrorCode]>([
    ['ENOENT', 'NotFound'],
    ['ENOTDIR', 'NotFound'],
    ['EACCES', 'PermissionDenied'],
    ['EPERM', 'PermissionDenied'],
    ['EROFS', 'PermissionDenied'],
    ['ENAMETOOLONG', 'InvalidArgument'],
    ['ELOOP', 'InvalidArgument'],
    ['ENOSPC', 'TooLarge'],
    ['EDQUOT', 'TooLarge'],
    ['EIO', 'Unavailable'],
    ['EMFILE', 'Unavailable'],
    ['EXOTIC', 'Unknown'],
  ])('%s is %s, and names what was done to what', (name, code) => {
    expect(fromSystem(errno(name), 'write', 'file:///root/k')).toMatchObject({
      code,
      operation: 'write',
      target: 'file:///root/k',
      message: expect.stringContaining(`(${name} in open)`),
    });
  });

  it('are the only ones that are mapped', async () => {
    const own = new VfsError({ code: 'Aborted', operation: 'read', target: 't', reason: 'r' });
    const other = new Error('from a source');
    expect(fromSystem(own, 'write', 't')).toBe(own);
    expect(fromSystem(other, 'write', 't')).toBe(other);
    await expect(mapErrors('write', 't', () => Promise.reject(other))).rejects.toBe(other);
  });

  it('are known by their shape', () => {
    expect(isErrno(errno('ENOENT'), 'EEXIST', 'ENOENT')).toBe(true);
    expect(isErrno(errno('ENOENT'), 'EEXIST')).toBe(false);
    expect([undefined, null, 'ENOENT', new Error('ENOENT')].some((error) => isErrno(error, 'ENOENT'))).toBe(false);
  });

  it('come from a root that is a directory as those of the store', async () => {
    await mkdir(scratch.path('dir'));
    const driver = openDriver({ url: `file://${scratch.path('dir')}/` }, { environment: {}, clock: createFastClock() });
    expect(driver.url).toBe(`file://${scratch.path('dir')}`);
    expect(openDriver({ url: 'relative' }, { environment: {}, clock: createFastClock() }).url).toBe(
      `file://${process.cwd()}/relative`,
    );
  });
});

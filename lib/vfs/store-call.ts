import type { Driver } from './driver.ts';
import { isRefusedCondition, VfsError, type VfsErrorCode } from './errors.ts';
import { parseKey } from './keys.ts';
import type { ObjectKey } from './types.ts';

/**
 * Makes one call to a driver. Turns whatever an aborted signal led to into `Aborted`, but for a refused condition,
 * which is an answer.
 *
 * `key` is for the message: a key, or the prefix of a listing.
 */
export async function callDriver<T>(
  driver: Driver,
  operation: string,
  key: string,
  signal: AbortSignal,
  run: () => Promise<T>,
): Promise<T> {
  try {
    signal.throwIfAborted();
    return await run();
  } catch (error) {
    if (signal.aborted && !isRefusedCondition(error)) {
      throw storeError(driver, 'Aborted', operation, key, 'the caller gave up', error);
    }
    throw error;
  }
}

/** Reads a key for this store. Throws `InvalidArgument` that says what is wrong with it. */
export function parseKeyOf(driver: Driver, operation: string, text: string): ObjectKey {
  const key = parseKey(text);
  const { maxKeyBytes } = driver.capabilities;
  const bytes = Buffer.byteLength(key);
  if (bytes > maxKeyBytes) {
    const reason = `a key in this store has at most ${maxKeyBytes} bytes, and this one has ${bytes}`;
    throw storeError(driver, 'InvalidArgument', operation, key, reason);
  }
  return key;
}

/** Throws `Unsupported` unless the driver is able to do it, before any request. */
export function refuseUnless(able: boolean, driver: Driver, operation: string, key: string, what: string): void {
  if (!able) {
    throw storeError(driver, 'Unsupported', operation, key, `this store does not do ${what}`);
  }
}

/** An error of a store, naming operation and object. */
export function storeError(
  driver: Driver,
  code: VfsErrorCode,
  operation: string,
  key: string,
  reason: string,
  cause?: unknown,
): VfsError {
  return new VfsError({ code, operation, target: `${driver.url}/${key}`, reason, cause });
}

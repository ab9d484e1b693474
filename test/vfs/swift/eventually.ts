import { setImmediate } from 'node:timers/promises';

/** Resolves once something holds. A test that waits in vain ends with its time. */
export async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) {
    await setImmediate();
  }
}

import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves once a condition holds; fails after five seconds. */
export async function eventually(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 5) {
    if (waited > 5000) {
      throw new Error(`this did not come true: ${condition}`);
    }
    await sleep(5);
  }
}

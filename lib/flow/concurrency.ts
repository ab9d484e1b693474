/**
 * `Promise.all` that leaves nothing running: it rejects with the first rejection, once every promise has settled.
 *
 * For work that the caller cleans up after: what still ran would go on using what was let go.
 */
export async function settleAll<T extends readonly unknown[]>(
  promises: T,
): Promise<{ -readonly [I in keyof T]: Awaited<T[I]> }> {
  try {
    return await Promise.all(promises);
  } finally {
    await Promise.allSettled(promises);
  }
}

/**
 * Runs `work` over the items, at most `limit` at a time, and yields nothing: `work` keeps its own results.
 *
 * Items are taken from the iterable only when a place is free, so a listing of any length needs no memory. The first
 * failure, of an item or of the iterable itself, stops the taking of items; it is thrown once the work under way has
 * ended.
 */
export async function forEachConcurrently<T>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const fail = (error: unknown) => void failures.push(error);
  try {
    for await (const item of items) {
      const task: Promise<void> = work(item)
        .catch(fail)
        .finally(() => running.delete(task));
      running.add(task);
      if (running.size >= limit) {
        await Promise.race(running);
      }
      if (failures.length > 0) {
        break;
      }
    }
  } catch (error) {
    fail(error);
  }
  await Promise.all(running);
  if (failures.length > 0) {
    throw failures[0];
  }
}

/** Maps items with at most `limit` calls at a time, results in the order of the items. */
export async function mapConcurrently<T, R>(
  items: readonly T[],
  limit: number,
  map: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  await forEachConcurrently(items.entries(), limit, async ([index, item]) => {
    results[index] = await map(item);
  });
  return results;
}

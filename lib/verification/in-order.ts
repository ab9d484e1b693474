/**
 * Maps items with at most `limit` calls at a time, and yields the results in the order of the items.
 *
 * Items are taken only as far ahead as the limit, so an endless source needs no memory. A failure is thrown when its turn comes.
 */
export async function* mapInOrder<T, R>(
  items: AsyncIterable<T>,
  limit: number,
  map: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  try {
    for await (const item of items) {
      const result = map(item);
      result.catch(() => {}); // Its own turn throws it.
      running.push(result);
      const first = running.length >= limit ? running.shift() : undefined;
      if (first !== undefined) {
        yield await first;
      }
    }
    while (running.length > 0) {
      yield (await running.shift()) as R;
    }
  } finally {
    await Promise.allSettled(running);
  }
}

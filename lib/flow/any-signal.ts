/**
 * Runs work with a signal that fires when any of these does.
 *
 * `AbortSignal.any` follows signals too, but on Node 20 each signal that it makes is kept for as long as those it follows.
 */
export async function withAnySignal<T>(
  signals: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const follow = () => controller.abort(signals.find(({ aborted }) => aborted)?.reason);
  for (const signal of signals) {
    signal.addEventListener('abort', follow, { once: true });
  }
  if (signals.some(({ aborted }) => aborted)) {
    follow();
  }
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of signals) {
      signal.removeEventListener('abort', follow);
    }
  }
}

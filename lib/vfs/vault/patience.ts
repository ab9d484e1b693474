/** Milliseconds that a question may take which several callers wait for, so that none of their signals ends it. */
const patienceMs = 30_000;

/** Runs such a question under a signal of its own. Rejects as a connection does that timed out. */
export async function withPatience<T>(what: string, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(patienceMs);
  try {
    return await run(signal);
  } catch (error) {
    if (signal.aborted) {
      throw Object.assign(new Error(`${what} took more than ${patienceMs} ms`), { code: 'ETIMEDOUT' });
    }
    throw error;
  }
}

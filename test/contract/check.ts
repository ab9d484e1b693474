/** One thing that a server promises, by a name that says what it is. */
export interface Check<Context> {
  readonly name: string;
  /** Rejects when the server does anything else. */
  run(context: Context): Promise<void>;
}

/** What became of one check. */
export interface CheckResult {
  readonly name: string;
  /** What the server did instead, in one line; absent when it kept its promise. */
  readonly failure?: string;
}

/** Runs checks one after another against one server. A check that takes longer than the limit has failed. */
export async function runChecks<Context>(
  checks: readonly Check<Context>[],
  context: Context,
  timeoutMs = 20_000,
): Promise<readonly CheckResult[]> {
  const names = new Set(checks.map((check) => check.name));
  if (names.size < checks.length) {
    throw new Error('two checks have the same name');
  }
  const results: CheckResult[] = [];
  for (const check of checks) {
    results.push(await runCheck(check, context, timeoutMs));
  }
  return results;
}

async function runCheck<Context>(check: Check<Context>, context: Context, timeoutMs: number): Promise<CheckResult> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    await Promise.race([check.run(context), limit]);
    return { name: check.name };
  } catch (error) {
    return { name: check.name, failure: oneLine(error) };
  } finally {
    clearTimeout(timer);
  }
}

function oneLine(error: unknown): string {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return message.replace(/\s+/g, ' ').slice(0, 300);
}

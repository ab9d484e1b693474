import assert from 'node:assert/strict';

/** How a request should be refused; only what is given is compared. */
export interface Refusal {
  /** The error's class, for errors that the client knows. */
  readonly name?: string;
  /** The code of the query protocol. */
  readonly Code?: string;
  readonly status?: number;
  readonly message?: RegExp;
}

/** Fails unless the request is refused in this way. */
export async function refused(request: Promise<unknown>, expected: Refusal): Promise<void> {
  let error: unknown;
  try {
    await request;
  } catch (caught) {
    error = caught;
  }
  assert.ok(error instanceof Error, `it was not refused; expected ${JSON.stringify(expected)}`);
  const { Code, $metadata } = error as { readonly Code?: string; readonly $metadata?: { httpStatusCode?: number } };
  const got = { name: error.name, Code, status: $metadata?.httpStatusCode };
  const { message, ...compared } = expected;
  for (const [field, value] of Object.entries(compared)) {
    const said: string = `${field}: refused with ${JSON.stringify(got)}: ${error.message}`;
    assert.equal(got[field as keyof typeof got], value, said);
  }
  if (message !== undefined) {
    assert.match(error.message, message);
  }
}

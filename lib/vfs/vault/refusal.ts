/** What an answer that is neither 200 nor 204 says. */
export interface RefusalDetails {
  readonly status: number;
  /** The body, where it is a JSON object, as all of Vault's are. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
  /** Milliseconds that the answer asks to wait. */
  readonly retryAfterMs?: number | undefined;
  /** What to do, where the answer itself shows what is wrong with the address. */
  readonly hint?: string;
}

/** An answer of Vault, or of whatever else is at its address, that is no success. */
export class VaultRefusal extends Error {
  override readonly name = 'VaultRefusal';
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> | undefined;
  /** Vault's own words; undefined where the body has none, and so may not be Vault's. */
  readonly errors: readonly string[] | undefined;
  readonly retryAfterMs: number | undefined;
  readonly hint: string | undefined;

  constructor({ status, body, retryAfterMs, hint }: RefusalDetails) {
    super(`status ${status}`);
    this.status = status;
    this.body = body;
    this.errors = Array.isArray(body?.['errors']) ? body['errors'].map(String) : undefined;
    this.retryAfterMs = retryAfterMs;
    this.hint = hint;
  }

  /** Whether Vault says so in one of its errors. */
  says(words: RegExp): boolean {
    return this.errors?.some((error) => words.test(error)) ?? false;
  }

  /**
   * Whether this is the answer for a path that holds nothing: a 404 without a word. One with words is about the address (no such mount, a path
   * that Vault does not take), and one that is not Vault's says nothing of any key.
   */
  get isAbsence(): boolean {
    return this.status === 404 && this.errors?.length === 0;
  }
}

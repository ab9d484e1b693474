import type { Meaning } from '../error-meanings.ts';
import { VfsError, type VfsErrorCode } from '../errors.ts';
import { givenUp, knownFailure } from '../known-failure.ts';
import { retryAfter } from '../retry-after.ts';
import type { Precondition } from '../types.ts';
import { networkCodes, statusCodes } from './error-table.ts';

/** What was being done when an error came. */
export interface Attempt {
  readonly operation: string;
  /** Store URL and key. */
  readonly target: string;
  /** What the request asks to be true, of the key or of the source of a copy. */
  readonly condition?: Exclude<Precondition['kind'], 'none'>;
}

/** An answer that is no success, with the words in it. */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

/** What an answer means, by the table. The words of Swift are repeated: they speak of the request, and hold no content. */
export function answerError(refusal: Refusal, attempt: Attempt, table = statusCodes): VfsError {
  const { status, headers } = refusal;
  const meaning: Meaning = table[status] ?? { code: status > 500 ? 'Unavailable' : 'Unknown' };
  const id = headers['x-trans-id'] ?? headers['x-openstack-request-id'];
  const words = wordsOf(refusal.text);
  const said = `status ${status}${words === '' ? '' : `: ${words}`}${id === undefined ? '' : ` [request ${id}]`}`;
  return new VfsError({
    code: status === 412 ? refusedAs(attempt) : meaning.code,
    operation: attempt.operation,
    target: attempt.target,
    reason: meaning.hint === undefined ? said : `${said}; ${meaning.hint}`,
    maybeApplied: meaning.maybeApplied,
    retryAfterMs: retryAfter(headers['retry-after'], headers['date']),
  });
}

/** Says what failed as a `VfsError`, when no answer came. */
export function toVfsError(error: unknown, attempt: Attempt): VfsError {
  const known = knownFailure(error, attempt);
  if (known !== undefined) {
    return known;
  }
  const { operation, target } = attempt;
  const { name = 'Error', code, message = '' } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  if (name === 'AbortError') {
    return givenUp(attempt);
  }
  const meaning = networkCodes[String(code)] ?? parserMeaning(code) ?? { code: 'Unknown' };
  const words = `${code ?? name}: ${message}`;
  return new VfsError({
    code: meaning.code,
    operation,
    target,
    reason: meaning.hint === undefined ? words : `${words}; ${meaning.hint}`,
    maybeApplied: meaning.maybeApplied,
  });
}

/** Says what failed as a `VfsError`; whatever a fired signal led to is `Aborted`. */
export function failureOf(error: unknown, attempt: Attempt, signal: AbortSignal): VfsError {
  return toVfsError(signal.aborted && !(error instanceof VfsError) ? { name: 'AbortError' } : error, attempt);
}

/** An answer that breaks the protocol. */
export function senseless({ operation, target }: Attempt, reason: string): VfsError {
  return new VfsError({ code: 'Unknown', operation, target, reason });
}

/** Swift says with 412 that a condition does not hold, and also that a name or a limit is none. */
function refusedAs({ condition }: Attempt): VfsErrorCode {
  const codes = { 'if-absent': 'AlreadyExists', 'if-match': 'PreconditionFailed' } as const;
  return condition === undefined ? 'InvalidArgument' : codes[condition];
}

/** What comes is no HTTP. */
function parserMeaning(code: string | undefined): Meaning | undefined {
  return code?.startsWith('HPE_') === true ? { code: 'Unavailable' } : undefined;
}

/** The words of an answer: of Keystone's JSON its message, of a page its text. */
function wordsOf(text: string): string {
  const { error } = jsonOf(text) as { readonly error?: { readonly message?: unknown } };
  const words = typeof error?.message === 'string' ? error.message : text.replace(/<[^>]*>/g, ' ');
  const line = words.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

function jsonOf(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

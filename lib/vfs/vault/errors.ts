import type { Meaning } from '../error-meanings.ts';
import { networkMeanings } from '../error-meanings.ts';
import { VfsError } from '../errors.ts';
import { givenUp, knownFailure } from '../known-failure.ts';
import { sentences, statusCodes, tlsCodes } from './error-table.ts';
import { VaultRefusal } from './refusal.ts';

/** What was being done when an error came. */
export interface Attempt {
  readonly operation: string;
  /** Store URL and key. */
  readonly target: string;
}

/** Of Vault's own words, how many are quoted. */
const longestQuote = 300;

/** Says what failed as a `VfsError`. The original is not kept as the cause: it may carry the request, and with it the token. */
export function toVfsError(error: unknown, attempt: Attempt): VfsError {
  const known = knownFailure(error, attempt);
  if (known !== undefined) {
    return known;
  }
  if (nodeError(error).name === 'AbortError') {
    return givenUp(attempt);
  }
  const { operation, target } = attempt;
  const meaning = meaningOf(error);
  const { code, maybeApplied } = meaning;
  return new VfsError({
    code,
    operation,
    target,
    reason: reasonOf(error, meaning),
    maybeApplied,
    retryAfterMs: error instanceof VaultRefusal ? error.retryAfterMs : undefined,
  });
}

/** What an error means, by the one table. */
export function meaningOf(error: unknown): Meaning {
  if (error instanceof VaultRefusal) {
    return refusalMeaning(error);
  }
  const code = String(nodeError(error).code);
  return tlsCodes[code] ?? networkMeanings()[code] ?? { code: 'Unknown' };
}

/** What an error says, for a message: Vault's own words, or the code of a failure of the network. */
export function wordsOf(error: unknown): string {
  if (error instanceof VaultRefusal) {
    const { status, errors } = error;
    if (errors === undefined) {
      return `status ${status}, with an answer that is not of Vault`;
    }
    return errors.length === 0 ? `status ${status}` : `status ${status}: ${quoted(errors.join('; '))}`;
  }
  const { code, name = 'Error', message = '' } = nodeError(error);
  return `${code ?? name}: ${message}`;
}

function refusalMeaning(refusal: VaultRefusal): Meaning {
  const said = sentences.find(({ says }) => refusal.says(says))?.meaning;
  if (said !== undefined) {
    return said;
  }
  if (refusal.status === 404) {
    return { code: refusal.isAbsence ? 'NotFound' : 'InvalidArgument' };
  }
  return statusCodes[refusal.status] ?? { code: 'Unknown' };
}

function reasonOf(error: unknown, meaning: Meaning): string {
  const hint = (error instanceof VaultRefusal ? error.hint : undefined) ?? meaning.hint;
  return hint === undefined ? wordsOf(error) : `${wordsOf(error)}; ${hint}`;
}

/** One line, and nothing of an answer of AWS that Vault passes on: it may repeat the signed request. */
function quoted(text: string): string {
  const line = text.replace(/<.*/s, '').replace(/\s+/g, ' ').trim();
  return line.length > longestQuote ? `${line.slice(0, longestQuote)}…` : line;
}

function nodeError(error: unknown): Partial<NodeJS.ErrnoException> {
  return typeof error === 'object' && error !== null ? error : {};
}

import type { Meaning } from '../error-meanings.ts';
import { VfsError } from '../errors.ts';
import { knownFailure } from '../known-failure.ts';
import type { Precondition } from '../types.ts';
import { networkCodes, statusCodes, statusReasons } from './error-table.ts';

/** What was being done when an error came. */
export interface Attempt {
  readonly operation: string;
  /** Store URL and key. */
  readonly target: string;
  /** Of a mutation. */
  readonly precondition?: Precondition;
}

/** The fields of a Kubernetes `Status` that are looked at (Kubernetes API conventions, "Response Status Kind"). */
export interface ApiStatus {
  readonly reason?: string;
  readonly message?: string;
  readonly details?: {
    readonly kind?: string;
    readonly causes?: readonly { readonly reason?: string }[];
  };
}

/** An answer that is no success. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly status: number;
  /** Undefined where the answer is not one of Kubernetes. */
  readonly said: ApiStatus | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(status: number, said: ApiStatus | undefined, retryAfterMs?: number) {
    super(`status ${status}`);
    this.status = status;
    this.said = said;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether the credentials were refused: they may have been renewed meanwhile. */
  get isUnauthorized(): boolean {
    return this.status === 401;
  }

  /** Whether the page of a listing came too late to be told from the same state as the ones before. */
  get isExpired(): boolean {
    return this.status === 410;
  }

  /** Whether there is no such object of this kind: `secrets`, `namespaces`. */
  isAbsenceOf(kind: string): boolean {
    return this.status === 404 && this.said?.details?.kind === kind;
  }
}

/** Guards by name rather than by class, so that it holds across realms. */
export function isApiFailure(error: unknown): error is ApiFailure {
  return error instanceof Error && error.name === 'ApiFailure';
}

/** What a failure means, by the one table. */
export function meaningOf(error: unknown, precondition: Precondition = { kind: 'none' }): Meaning {
  if (isApiFailure(error)) {
    return meaningOfAnswer(error, precondition);
  }
  const { code, name } = error as NodeJS.ErrnoException;
  if (name === 'SyntaxError') {
    return { code: 'Unavailable', hint: 'the answer ended early or is no JSON' };
  }
  return networkCodes[String(code)] ?? { code: 'Unknown' };
}

/** Says what failed as a `VfsError`. The failure is not kept as the cause: it may carry a request with its credentials. */
export function toVfsError(error: unknown, attempt: Attempt): VfsError {
  const known = knownFailure(error, attempt);
  if (known !== undefined) {
    return known;
  }
  const { operation, target, precondition } = attempt;
  const { code, hint, maybeApplied } = meaningOf(error, precondition);
  const words = isApiFailure(error) ? saidBy(error) : kindOf(error);
  return new VfsError({
    code,
    operation,
    target,
    reason: hint === undefined ? words : `${words}; ${hint}`,
    maybeApplied,
    retryAfterMs: isApiFailure(error) ? error.retryAfterMs : undefined,
  });
}

function meaningOfAnswer(failure: ApiFailure, precondition: Precondition): Meaning {
  const { status, said } = failure;
  const meaning = statusReasons[said?.reason ?? ''] ?? statusCodes[status] ?? { code: 'Unknown' };
  switch (meaning.code) {
    case 'NotFound':
      return meaningOfAbsence(failure, precondition);
    case 'PreconditionFailed':
      // Without a condition of ours, the server was in conflict with itself, and gave up.
      return precondition.kind === 'if-match' ? meaning : { code: 'Unavailable', maybeApplied: false };
    case 'PermissionDenied':
      return meaningOfRefusal(said);
    case 'InvalidArgument': {
      const tooLong = said?.details?.causes?.some(({ reason }) => reason === 'FieldValueTooLong') === true;
      return tooLong ? { code: 'TooLarge' } : meaning;
    }
    default:
      return meaning;
  }
}

/** A 404 may be of the object, of its namespace, or of somebody who knows no Secrets at all; only the first is absence of a key. */
function meaningOfAbsence(failure: ApiFailure, { kind }: Precondition): Meaning {
  if (failure.isAbsenceOf('secrets')) {
    return { code: kind === 'if-match' ? 'PreconditionFailed' : 'NotFound' };
  }
  const hint = failure.isAbsenceOf('namespaces')
    ? 'there is no such namespace, and nothing is known of its keys; create it, or name another one in the URL'
    : statusCodes[404]?.hint;
  return { code: 'InvalidArgument', ...(hint && { hint }) };
}

/** RBAC and admission both answer 403; a quota that is used up is told by its words alone ("Resource Quotas"). */
function meaningOfRefusal({ message = '' }: ApiStatus = {}): Meaning {
  if (message.includes('exceeded quota')) {
    return { code: 'TooLarge' };
  }
  const [, verb, resource] = /cannot (\w+) resource "([^"]+)"/.exec(message) ?? [];
  return verb === undefined
    ? { code: 'PermissionDenied' }
    : { code: 'PermissionDenied', hint: `a Role that allows the verb "${verb}" on "${resource}" is missing` };
}

/** The server's own words. What is not of Kubernetes is not repeated. */
function saidBy({ status, said }: ApiFailure): string {
  if (said === undefined) {
    return `status ${status}, with an answer that is not of Kubernetes`;
  }
  const { reason, message = '' } = said;
  return `${reason === undefined ? `status ${status}` : `${reason} (${status})`}: ${message.slice(0, 1000)}`;
}

/** What kind of failure it was. Of other messages none is repeated: they may quote an answer or a credential. */
function kindOf(error: unknown): string {
  const { name, code, message } = error as Partial<NodeJS.ErrnoException>;
  return code === undefined || networkCodes[code] === undefined ? (name ?? typeof error) : `${code}: ${message}`;
}

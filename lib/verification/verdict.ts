import type { VfsErrorCode } from '../vfs/errors.ts';

/** What a verification found of one key. */
export type Verdict =
  /** Both sides hold the same bytes: both were read, or digests that both stores hold prove it. */
  | { readonly kind: 'same'; readonly key: string; readonly size: number; readonly by: 'reading' | 'digest' }
  | { readonly kind: 'differs'; readonly key: string; readonly reason: string }
  | { readonly kind: 'only-in-a'; readonly key: string; readonly size: number }
  | { readonly kind: 'only-in-b'; readonly key: string; readonly size: number }
  /** Only in B, and of a class that a replica keeps after its delete; only where the caller allows it. No difference. */
  | { readonly kind: 'retained'; readonly key: string; readonly size: number }
  /** Only in A, and of a class that no replica ever gets. No difference. */
  | { readonly kind: 'never-replicated'; readonly key: string; readonly size: number }
  /** Nobody knows, because one side could not be read. */
  | { readonly kind: 'error'; readonly key: string; readonly reason: string; readonly code: VfsErrorCode };

/** What kind of thing a verification found. */
export type VerdictKind = Verdict['kind'];

/** The sign of a verdict in a list, as in `rclone check`. */
export const verdictSigns: Readonly<Record<VerdictKind, string>> = {
  same: '=',
  differs: '*',
  'only-in-a': '+',
  'only-in-b': '-',
  retained: '~',
  'never-replicated': '~',
  error: '!',
};

/** Counts verdicts by kind. */
export class VerdictCounts {
  readonly #counts = new Map<VerdictKind, number>();

  add(verdict: Verdict): void {
    this.#counts.set(verdict.kind, this.count(verdict.kind) + 1);
  }

  count(kind: VerdictKind): number {
    return this.#counts.get(kind) ?? 0;
  }

  /** Keys that are known to differ, one way or another. */
  get differences(): number {
    return this.count('differs') + this.count('only-in-a') + this.count('only-in-b');
  }

  /** Whether every key was compared and none differs. */
  get equal(): boolean {
    return this.differences === 0 && this.count('error') === 0;
  }

  /** Counts of all kinds, zeros too. */
  toJSON(): Readonly<Record<VerdictKind, number>> {
    const kinds = Object.keys(verdictSigns) as VerdictKind[];
    return Object.fromEntries(kinds.map((kind) => [kind, this.count(kind)])) as Record<VerdictKind, number>;
  }
}

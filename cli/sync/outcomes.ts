import type { Objection } from '../../lib/replication/gate.ts';
import { type Outcome, type OutcomeKind, Tally } from '../../lib/replication/outcome.ts';
import { type ExitCode, exitCodeOf, exitCodes } from '../exit-codes.ts';

/** Outcomes that are no news: nothing happened, and nothing should have. */
const quietKinds: ReadonlySet<OutcomeKind> = new Set(['in-sync', 'not-carried']);
/** Outcomes after which the two stores still differ. */
const openKinds: readonly OutcomeKind[] = ['held', 'deferred', 'braked'];

/** Whether an outcome tells of something that happened, or should have. What a user's own abort stopped is none. */
export function isNews(outcome: Outcome): boolean {
  return !quietKinds.has(outcome.kind) && !(outcome.kind === 'failed' && outcome.code === 'Aborted');
}

/** Whether somebody should look at an outcome. */
export function needsAttention(outcome: Outcome): boolean {
  const remarkable = outcome.kind === 'written' && outcome.remark !== undefined;
  return (
    isNews(outcome) &&
    (remarkable || objectionTo(outcome) !== undefined || outcome.kind === 'failed' || openKinds.includes(outcome.kind))
  );
}

/** What there is against the configuration that an outcome is of, although it was copied. */
function objectionTo(outcome: Outcome): Objection | undefined {
  return outcome.kind === 'written' || outcome.kind === 'deleted' ? outcome.objection : undefined;
}

/** What came of a whole reconcile. */
export class Results {
  readonly tally = new Tally();
  /** Keys that the user's own abort kept from being finished. They are no failures. */
  aborted = 0;
  /** Clusters, each once: a reconcile tells of one at each of its deletes. */
  readonly #objectedTo = new Set<string>();
  #firstFailure: (Outcome & { readonly kind: 'failed' }) | undefined;

  add(outcome: Outcome): void {
    if (outcome.kind === 'failed' && outcome.code === 'Aborted') {
      this.aborted += 1;
      return;
    }
    this.tally.add(outcome);
    const objection = objectionTo(outcome);
    if (objection !== undefined) {
      this.#objectedTo.add(objection.cluster);
    }
    if (outcome.kind === 'failed') {
      this.#firstFailure ??= outcome;
    }
  }

  /** Configurations that were copied although they are invalid. */
  get objections(): number {
    return this.#objectedTo.size;
  }

  /** Objects that were written or deleted. */
  get changed(): number {
    return this.tally.count('written') + this.tally.count('deleted');
  }

  /** The exit code of a reconcile that went to its end. */
  exitCode(dryRun: boolean): ExitCode {
    if (this.#firstFailure !== undefined) {
      return this.changed > 0 && !dryRun ? exitCodes.partly : exitCodeOf(this.#firstFailure.code);
    }
    const open = this.objections > 0 || openKinds.some((kind) => this.tally.count(kind) > 0);
    return open || (dryRun && this.changed > 0) ? exitCodes.differences : exitCodes.clean;
  }
}

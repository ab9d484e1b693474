import type { Objection } from '../../lib/replication/gate.ts';
import { type Outcome, Tally } from '../../lib/replication/outcome.ts';
import type { Logger } from '../../lib/telemetry/logger.ts';

const telling: ReadonlySet<Outcome['kind']> = new Set(['braked', 'failed', 'retained']);

/** Whether an outcome is worth a line of its own among the many of a reconcile. */
export function isNotable(outcome: Outcome): boolean {
  return outcome.kind === 'failed' || remarkOn(outcome) !== undefined || objectionTo(outcome) !== undefined;
}

/**
 * Logs what somebody should know of, one line each, and how many outcomes there were of each kind.
 *
 * @param held how a configuration is told that a gate keeps back: an event may come from the middle of a kOps command, a reconcile hardly
 */
export function logOutcomes(logger: Logger, outcomes: readonly Outcome[], held: 'warn' | 'error'): void {
  const tally = new Tally();
  for (const outcome of outcomes) {
    tally.add(outcome);
    const remark = remarkOn(outcome);
    if (remark !== undefined) {
      logger.log('warn', 'remark', { key: outcome.key, reason: remark });
    }
    if (telling.has(outcome.kind)) {
      const level = outcome.kind === 'retained' ? 'info' : 'error';
      logger.log(level, outcome.kind, { key: outcome.key, reason: 'reason' in outcome ? outcome.reason : undefined });
    }
  }
  logObjections(logger, outcomes, held);
  if (outcomes.length > 0) {
    logger.log('info', 'converged', { outcomes: { ...tally.toJSON() }, bytes: tally.bytesWritten });
  }
}

/** One line a cluster, whatever the number of its keys: what the gate has against its configuration, and what became of that. */
function logObjections(logger: Logger, outcomes: readonly Outcome[], held: 'warn' | 'error'): void {
  const lines = new Map<string, { readonly isHeld: boolean; readonly objection: Objection; readonly keys: string[] }>();
  for (const outcome of outcomes) {
    const objection = objectionTo(outcome);
    if (objection !== undefined) {
      const isHeld = outcome.kind === 'held';
      const name = `${isHeld} ${objection.cluster}`;
      lines.set(name, { isHeld, objection, keys: [...(lines.get(name)?.keys ?? []), outcome.key] });
    }
  }
  for (const { isHeld, objection, keys } of lines.values()) {
    const { cluster, rules, reason } = objection;
    const [level, event] = isHeld ? ([held, 'held'] as const) : (['warn', 'invalid configuration copied'] as const);
    logger.log(level, event, { cluster, rules, keys, reason });
  }
}

function remarkOn(outcome: Outcome): string | undefined {
  return outcome.kind === 'written' ? outcome.remark : undefined;
}

/** What the gate has against the configuration of an outcome's key; undefined where it has nothing, or was not asked. */
function objectionTo(outcome: Outcome): Objection | undefined {
  if (outcome.kind === 'held') {
    return outcome;
  }
  return outcome.kind === 'written' || outcome.kind === 'deleted' ? outcome.objection : undefined;
}

import { sourceVersions } from '../source-versions.ts';
import { Run } from './run.ts';
import { key, type Scenario } from './scenario.ts';

/** Which promise a step breaks. */
export type Breach =
  /** No event is left, every worker idle, and the destination is not the source. */
  | 'differs at rest'
  /** The destination went to an earlier content by a worker that nothing kept from knowing better. */
  | 'went back'
  /** A worker set out to change the destination after its lease had run out. */
  | 'changed without a lease';

export interface Exploration {
  readonly states: number;
  /** Quiescent states: no event left, every worker idle. */
  readonly ends: number;
  /** Steps that break a promise, and which; undefined when none were found. */
  readonly counterexample: { readonly broken: Breach; readonly steps: readonly string[] } | undefined;
}

/**
 * Runs the product's own `converge` through every interleaving of one writer and two workers, request by request.
 *
 * Two runs that come to the same state go on alike, so each state is explored once. A state is what the stores hold, which events are open, and what each
 * worker saw in its present round; revisions count only by which of them are equal.
 */
export async function explore(scenario: Scenario): Promise<Exploration> {
  const { revisions, oldAnswers } = scenario;
  const history = scenario.history.map((content) => (content === undefined ? {} : { [key]: content }));
  const versions = await sourceVersions(history, { revisions, lags: oldAnswers !== undefined });
  const seen = new Set<string>();
  let ends = 0;
  const open: (readonly string[])[] = [[]];
  while (open.length > 0) {
    const path = open.pop() ?? [];
    const run = await Run.replay(scenario, versions, path);
    for (let here = path; ; ) {
      const state = await run.state();
      if (seen.has(state)) {
        break;
      }
      seen.add(state);
      const [next, ...others] = run.moves();
      const broken = run.breach ?? (run.isAtRest() && !(await run.endsEqual()) ? 'differs at rest' : undefined);
      if (broken !== undefined) {
        return { states: seen.size, ends, counterexample: { broken, steps: here } };
      }
      ends += run.isAtRest() ? 1 : 0;
      if (next === undefined || run.isAtRest()) {
        break;
      }
      const base = here;
      open.push(...others.map((move) => [...base, move]));
      await run.make(next);
      here = [...here, next];
    }
  }
  return { states: seen.size, ends, counterexample: undefined };
}

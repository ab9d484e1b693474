import { systemClock } from '../../../lib/flow/clock.ts';
import { isFinal } from '../../../lib/replication/outcome.ts';
import { createReplicator } from '../../../lib/replication/replicator.ts';
import { textSource } from '../../../lib/vfs/body.ts';
import type { Driver } from '../../../lib/vfs/driver.ts';
import { createMemoryDriver } from '../../../lib/vfs/memory/driver.ts';
import { Store } from '../../../lib/vfs/store.ts';
import { createGate, type Gate } from './gate.ts';
import type { Mutant } from './mutants.ts';

export interface Scenario {
  /** Contents that the key has at the source, one after another; undefined: absent. The first is there from the beginning, at both ends. */
  readonly history: readonly (string | undefined)[];
  readonly revisions: 'unique' | 'content';
  /** How many workers may die in the middle of their work, in all. */
  readonly deaths: number;
  readonly mutant?: Mutant;
}

export interface Exploration {
  readonly states: number;
  /** Quiescent states: no event left, every worker idle. */
  readonly ends: number;
  /** Steps that break a promise, and which; undefined when none were found. */
  readonly counterexample:
    | { readonly broken: 'differs at rest' | 'went back'; readonly steps: readonly string[] }
    | undefined;
}

const key = 'note.txt'; // Of no cluster and no larger group, so the protocol alone is at work.
const signal = new AbortController().signal;
const rootOptions = { signal, precondition: { kind: 'none' }, headers: {}, metadata: {} } as const;

/**
 * Runs the product's own `converge` through every interleaving of one writer and two workers, request by request.
 *
 * Two runs that come to the same state go on alike, so each state is explored once. A state is what both stores hold, which events are open, and what each
 * worker saw in its present round; revisions count only by which of them are equal.
 */
export async function explore(scenario: Scenario): Promise<Exploration> {
  const seen = new Set<string>();
  let ends = 0;
  const open: (readonly string[])[] = [[]];
  while (open.length > 0) {
    const path = open.pop() ?? [];
    const run = await Run.replay(scenario, path);
    for (let here = path; ; ) {
      const state = await run.state();
      if (seen.has(state)) {
        break;
      }
      seen.add(state);
      const [next, ...others] = run.moves();
      const broken = run.wentBack
        ? 'went back'
        : next === undefined && !(await run.isEqual())
          ? 'differs at rest'
          : undefined;
      if (broken !== undefined) {
        return { states: seen.size, ends, counterexample: { broken, steps: here } };
      }
      if (next === undefined) {
        ends += 1;
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

interface Worker {
  gate: Gate | undefined;
}

class Run {
  readonly #scenario: Scenario;
  readonly #source: Driver;
  readonly #destination: Driver;
  readonly #workers: readonly [Worker, Worker] = [{ gate: undefined }, { gate: undefined }];
  /** Whether the destination went from a later content of the history to an earlier one, where each content occurs once. */
  wentBack = false;
  #written = 0;
  #events = 0;
  #deaths = 0;
  #reached = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#source = createMemoryDriver({ url: 'memfs://source', revisions: scenario.revisions });
    this.#destination = createMemoryDriver({ url: 'memfs://destination', revisions: scenario.revisions });
  }

  static async replay(scenario: Scenario, path: readonly string[]): Promise<Run> {
    const run = new Run(scenario);
    const first = scenario.history[0];
    if (first !== undefined) {
      await run.#source.write(key as never, textSource(first), rootOptions);
      await run.#destination.write(key as never, textSource(first), rootOptions);
    }
    for (const move of path) {
      await run.make(move);
    }
    return run;
  }

  /** All that can happen next. Idle workers are alike, so only the first of them takes an event. */
  moves(): string[] {
    const idle = this.#workers.findIndex((worker) => worker.gate === undefined);
    const busy = this.#workers.flatMap((worker, i) => (worker.gate === undefined ? [] : [String(i)]));
    return [
      ...busy.map((i) => `worker ${i} goes on`),
      ...(this.#events > 0 && idle >= 0 ? [`worker ${idle} takes an event`] : []),
      ...(this.#written + 1 < this.#scenario.history.length ? ['the writer writes'] : []),
      ...(this.#deaths < this.#scenario.deaths ? busy.map((i) => `worker ${i} dies`) : []),
    ];
  }

  async make(move: string): Promise<void> {
    const [who, i, ...what] = move.split(' ');
    const worker = this.#workers[Number(i) as 0 | 1];
    if (who === 'the') {
      await this.#write();
    } else if (what[0] === 'takes') {
      await this.#take(worker);
    } else if (what[0] === 'dies') {
      worker.gate = undefined; // Its request never happens, and its message comes back.
      this.#deaths += 1;
      this.#events += 1;
    } else {
      await worker.gate?.step();
      this.#release(worker);
      await this.#look();
    }
  }

  async #look(): Promise<void> {
    const { history } = this.#scenario;
    const reached = history.indexOf(await contentOf(this.#destination));
    this.wentBack ||= reached < this.#reached && new Set(history).size === history.length;
    this.#reached = reached;
  }

  async #write(): Promise<void> {
    this.#written += 1;
    this.#events += 1;
    const content = this.#scenario.history[this.#written];
    await (content === undefined
      ? this.#source.delete(key as never, rootOptions)
      : this.#source.write(key as never, textSource(content), rootOptions));
  }

  async #take(worker: Worker): Promise<void> {
    this.#events -= 1;
    const gate = createGate();
    worker.gate = gate;
    const gated = {
      source: gate.wrap('source', this.#source),
      destination: gate.wrap('destination', this.#destination),
    };
    const ends = this.#scenario.mutant?.(gated) ?? gated;
    const replicator = createReplicator({
      source: new Store(ends.source),
      destination: new Store(ends.destination),
      policy: { carries: () => true, deletePolicy: () => 'follow' },
      clock: systemClock,
      brake: { deletes: 1000, prunedBackups: 1000 },
    });
    await gate.start(async () => {
      const own = new AbortController().signal; // A worker that died never lets go of its signal, so none is shared.
      const outcomes = (await replicator.converge([key], own)).get(key) ?? [];
      this.#events += outcomes.every(isFinal) ? 0 : 1;
    });
    this.#release(worker);
  }

  #release(worker: Worker): void {
    if (worker.gate?.ended === true) {
      worker.gate = undefined;
    }
  }

  /** A name of the state, the same for states that differ only in the names of revisions. */
  async state(): Promise<string> {
    const workers = this.#workers.map(({ gate }) =>
      gate === undefined ? 'idle' : `${gate.rounds} ${gate.seen.join(', ')} | ${gate.waiting}`,
    );
    const ends = await Promise.all([this.#describe(this.#source), this.#describe(this.#destination)]);
    return renamed([...ends, this.#written, this.#events, this.#deaths, ...workers.toSorted()].join('; '));
  }

  async isEqual(): Promise<boolean> {
    const [a, b] = await Promise.all([contentOf(this.#source), contentOf(this.#destination)]);
    return a === b;
  }

  async #describe(driver: Driver): Promise<string> {
    const stat = await driver.stat(key as never, { signal }).catch(() => undefined);
    return stat === undefined
      ? 'absent'
      : `${await contentOf(driver)} «${stat.revision}» from «${stat.metadata['statesync-revision']}»`;
  }
}

async function contentOf(driver: Driver): Promise<string | undefined> {
  const result = await driver.read(key as never, { signal }).catch(() => undefined);
  let text = '';
  for await (const chunk of result?.body ?? []) {
    text += Buffer.from(chunk).toString();
  }
  return result && text;
}

/** Renames revisions in the order in which they appear. */
function renamed(state: string): string {
  const names = new Map<string, string>();
  return state.replaceAll(/«([^»]*)»/g, (_, revision: string) => {
    const name = names.get(revision) ?? `r${names.size}`;
    names.set(revision, name);
    return name;
  });
}

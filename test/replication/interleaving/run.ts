import { isFinal } from '../../../lib/replication/outcome.ts';
import { textSource } from '../../../lib/vfs/body.ts';
import type { Driver } from '../../../lib/vfs/driver.ts';
import { createMemoryDriver } from '../../../lib/vfs/memory/driver.ts';
import { firstVersionAt, type SourceVersions, sourceSeen } from '../source-versions.ts';
import type { Breach } from './explorer.ts';
import { type Arrival, createGate, type Gate } from './gate.ts';
import { contentOf, describeLease, describeObject, leaseOfKey, renamed } from './run-state.ts';
import { key, type Scenario, type Surroundings } from './scenario.ts';
import { convergeKey, createWorker, forever, type Worker } from './worker.ts';

const rootOptions = {
  signal: new AbortController().signal,
  precondition: { kind: 'none' },
  headers: {},
  metadata: {},
} as const;
/** So much time runs out every lease, and lets every answer of the source settle. */
const longMs = 10_000_000;
const lagMs = 1_000_000;

/** One run of a scenario: the stores, the workers, and what has happened. */
export class Run {
  /** The promise that the last move broke. */
  breach: Exclude<Breach, 'differs at rest'> | undefined;
  readonly #scenario: Scenario;
  readonly #versions: SourceVersions;
  readonly #destination: Driver;
  readonly #control: Driver;
  readonly #workers: readonly Worker[];
  /** Changes that are under way unanswered, with what is known of each. */
  readonly #underWay: { readonly what: string; readonly arrive: Arrival }[] = [];
  #now = firstVersionAt;
  #written = 0;
  /** The oldest version that the source may still answer with, and the one that it answers with next. */
  #settled = 0;
  #visible: number | undefined;
  #events = 0;
  readonly #used = { deaths: 0, pauses: 0, losses: 0, takes: 0, oldAnswers: 0 };
  #reached = 0;

  constructor(scenario: Scenario, versions: SourceVersions) {
    this.#scenario = scenario;
    this.#versions = versions;
    this.#workers = Array.from({ length: scenario.workers ?? 2 }, createWorker);
    const clock = { now: () => this.#now, sleep: forever };
    const lacking = Object.fromEntries((scenario.lacking ?? []).map((name) => [name, false]));
    const { revisions } = scenario;
    this.#destination = createMemoryDriver({ url: 'memfs://destination', revisions, clock, capabilities: lacking });
    this.#control = createMemoryDriver({ url: 'memfs://control', revisions, clock });
  }

  static async replay(scenario: Scenario, versions: SourceVersions, path: readonly string[]): Promise<Run> {
    const run = new Run(scenario, versions);
    const [first] = scenario.history;
    if (first !== undefined) {
      await run.#destination.write(key as never, textSource(first), rootOptions);
    }
    for (const move of path) {
      await run.make(move);
    }
    return run;
  }

  /** All that can happen next. Idle workers are alike, so only the first of them takes an event. */
  moves(): string[] {
    const { history, deaths, pauses = 0, losses = 0, arrivals = 'in time' } = this.#scenario;
    const idle = this.#workers.findIndex(({ gate }) => gate === undefined);
    const busy = this.#workers.flatMap(({ gate }, i) =>
      gate === undefined ? [] : [{ i, waiting: gate.waiting ?? '' }],
    );
    const inTime = (i: number) => arrivals === 'any time' || this.#workers[i]?.isOver === false;
    const changing = busy.filter(({ i, waiting }) => isChange(waiting) && inTime(i));
    return [
      ...busy.flatMap(({ i, waiting }) => this.#waysOn(waiting).map((way) => `worker ${i} goes on${way}`)),
      ...(this.#events > 0 && idle >= 0 ? [`worker ${idle} takes an event`] : []),
      ...(this.#written + 1 < history.length ? ['the writer writes'] : []),
      ...(this.#used.deaths < deaths ? busy.map(({ i }) => `worker ${i} dies`) : []),
      ...(this.#used.losses < losses ? changing.map(({ i }) => `worker ${i} gets no answer`) : []),
      ...this.#underWay.flatMap((_, i) => [`change ${i} arrives`, `change ${i} never arrives`]),
      ...(this.#mayTimePass(busy.length > 0, pauses) ? ['the time passes'] : []),
    ];
  }

  isAtRest(): boolean {
    const { history } = this.#scenario;
    const isIdle = this.#workers.every(({ gate }) => gate === undefined) && this.#underWay.length === 0;
    return isIdle && this.#events === 0 && this.#written + 1 === history.length;
  }

  async make(move: string): Promise<void> {
    const [who, i, ...what] = move.split(' ');
    if (who === 'the') {
      await (i === 'time' ? this.#passTime() : this.#write());
    } else if (who === 'change') {
      await this.#endChange(Number(i), what[0] === 'arrives');
    } else {
      await this.#moveWorker(this.#workers[Number(i)]!, what);
    }
  }

  /** A name of the state, the same for states that differ only in the names of revisions and leases. */
  async state(): Promise<string> {
    const workers = this.#workers.map(({ gate, nonce, isOver }) =>
      gate === undefined ? 'idle' : `${gate.rounds} ${gate.seen.join(', ')} | ${gate.waiting} «${nonce}» ${isOver}`,
    );
    const { deaths, pauses, losses, oldAnswers } = this.#used;
    const source = this.#versions[this.#written]!;
    return renamed(
      [
        ...[await describeObject(source), await describeObject(this.#destination), await this.#ages()],
        await describeLease(this.#control, this.#now),
        ...[this.#written, this.#settled, this.#events, deaths, pauses, losses, oldAnswers],
        ...this.#underWay.map(({ what }) => what),
        ...workers.toSorted(),
      ].join('; '),
    );
  }

  /** Whether the destination has become the source; of one that lags, after its answers settled, by one more look. */
  async endsEqual(): Promise<boolean> {
    if (this.#lags) {
      await this.#passTime();
      this.#events += 1;
      await this.make('worker 0 takes an event');
      while (this.#workers[0]?.gate !== undefined) {
        await this.make('worker 0 goes on');
      }
    }
    const [a, b] = await Promise.all([contentOf(this.#versions[this.#written]!), contentOf(this.#destination)]);
    return a === b;
  }

  get #needsLeases(): boolean {
    return (this.#scenario.lacking ?? []).length > 0;
  }

  get #lags(): boolean {
    return this.#scenario.oldAnswers !== undefined;
  }

  /** How a worker may go on: where the source lags, also by an older version that it may answer with. */
  #waysOn(waiting: string): string[] {
    const { oldAnswers = 0 } = this.#scenario;
    const mayBeOld = waiting.startsWith('source') && this.#used.oldAnswers < oldAnswers;
    const older = mayBeOld ? this.#written - this.#settled : 0;
    return ['', ...Array.from({ length: older }, (_, i) => ` by version ${this.#settled + i}`)];
  }

  /** Time matters for leases and for a source that lags. While somebody works, it passes only so often. */
  #mayTimePass(isBusy: boolean, pauses: number): boolean {
    const { arrivals = 'in time' } = this.#scenario;
    if (this.#underWay.length > 0 && arrivals === 'in time') {
      return false;
    }
    return this.#needsLeases ? !isBusy || this.#used.pauses < pauses : this.#lags;
  }

  async #passTime(): Promise<void> {
    const isBusy = this.#workers.some(({ gate }) => gate !== undefined);
    this.#used.pauses += isBusy && this.#needsLeases ? 1 : 0;
    this.#now += longMs;
    this.#settled = this.#written;
    for (const worker of this.#workers) {
      worker.isOver = true;
    }
  }

  async #write(): Promise<void> {
    this.#written += 1;
    this.#now += 1;
    this.#settled = this.#lags ? this.#settled : this.#written;
    this.#events += 1;
  }

  async #endChange(index: number, arrives: boolean): Promise<void> {
    const [change] = this.#underWay.splice(index, 1);
    if (arrives) {
      await change?.arrive().catch(() => {}); // A condition may refuse it.
      await this.#look(this.#scenario.arrivals !== 'any time');
    }
  }

  async #moveWorker(worker: Worker, [verb, ...rest]: readonly string[]): Promise<void> {
    const { gate } = worker;
    if (verb === 'takes') {
      await this.#take(worker);
    } else if (verb === 'dies') {
      worker.gate = undefined; // Its request never happens, and its message comes back.
      this.#used.deaths += 1;
      this.#events += 1;
    } else if (verb === 'gets' && gate !== undefined) {
      const what = `${gate.waiting} after ${gate.seen.join(', ')}`;
      this.#used.losses += 1;
      this.#underWay.push({ what, arrive: await gate.lose() });
    } else {
      const { isOver } = worker;
      this.#visible = rest[0] === 'on' && rest[1] === 'by' ? Number(rest[3]) : undefined;
      this.#used.oldAnswers += this.#visible === undefined ? 0 : 1;
      const { waiting = '' } = gate ?? {};
      await gate?.step();
      await (isChange(waiting) ? this.#look(!isOver || !this.#needsLeases) : undefined);
    }
    this.#arrive(worker);
  }

  async #take(worker: Worker): Promise<void> {
    this.#events -= 1;
    this.#used.takes += 1;
    worker.nonce = `nonce-${this.#used.takes}`;
    const gate = createGate();
    worker.gate = gate;
    const surroundings = this.#surroundings(gate);
    const own = this.#scenario.mutant?.(surroundings) ?? surroundings;
    await gate.start(async () => {
      const outcomes = await convergeKey(own, worker.nonce);
      this.#events += outcomes.every(isFinal) ? 0 : 1;
    });
  }

  #surroundings(gate: Gate): Surroundings {
    const source = sourceSeen(this.#versions, () => this.#visible ?? this.#written);
    return {
      source: gate.wrap('source', source),
      destination: gate.wrap('destination', this.#destination),
      control: gate.wrap('control', this.#control, leaseOfKey), // Looks at its clock concern nobody else.
      clock: { now: () => this.#now, sleep: forever },
      lagMs,
      takesLeases: true,
    };
  }

  /** A worker has come to its next request, or to its end. */
  #arrive(worker: Worker): void {
    const waiting = worker.gate?.waiting;
    if (worker.gate?.ended === true) {
      worker.gate = undefined;
    } else if (waiting === 'control write') {
      worker.isOver = false; // It asks for a lease only now.
    } else if (waiting !== undefined && isChange(waiting) && worker.isOver && this.#needsLeases) {
      this.breach = 'changed without a lease';
    }
  }

  /**
   * Looks whether the destination went from a later content of the history to an earlier one, where each content occurs once. Where the source lags, an
   * absent replica bears no stamp to tell an old answer by: a key that is made anew may be so by one.
   */
  async #look(counts: boolean): Promise<void> {
    const { history } = this.#scenario;
    const wasAbsent = history[this.#reached] === undefined;
    const reached = history.indexOf(await contentOf(this.#destination));
    const isOrdered = new Set(history).size === history.length && !(this.#lags && wasAbsent);
    if (counts && reached < this.#reached && isOrdered) {
      this.breach = 'went back';
    }
    this.#reached = reached;
  }

  /** Where the source lags, a replica that was written a moment ago is not deleted. */
  async #ages(): Promise<string> {
    if (!this.#lags) {
      return '';
    }
    const stat = await this.#destination.stat(key as never, rootOptions).catch(() => undefined);
    const isYoung = this.#now - (stat?.modifiedAt?.getTime() ?? 0) <= lagMs;
    return `${isYoung ? 'young' : 'old'}, of ${stat?.metadata['statesync-modified']}`;
  }
}

function isChange(request: string): boolean {
  return request === 'destination write' || request === 'destination delete';
}

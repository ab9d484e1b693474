import { isRefusedCondition, isVfsError } from '../vfs/errors.ts';
import {
  type ConfigurationGroup,
  type ConfigurationSet,
  type ReadConfiguration,
  type ReadMember,
  readConfiguration,
} from './configuration-set.ts';
import { type Admit, movedOn } from './converge-key.ts';
import type { Gate, Objection } from './gate.ts';
import type { ReplicationContext } from './replication-context.ts';

type Verdict =
  | { readonly kind: 'valid'; readonly read: ReadConfiguration }
  | { readonly kind: 'invalid'; readonly objection: Objection }
  /** There is no `config`, hence no cluster that could be judged. */
  | { readonly kind: 'no config' }
  /** The source is no longer what was listed. */
  | { readonly kind: 'moved on' };

/**
 * Lets the changes of one configuration pass, or keeps them back, by one verdict over the set as it was listed.
 *
 * The set is read and judged when the first change is about to happen, so that one without any difference costs nothing.
 */
export class Admission {
  readonly #context: ReplicationContext;
  readonly #gate: Gate;
  readonly #group: ConfigurationGroup;
  readonly #listed: ConfigurationSet;
  #verdict: Promise<Verdict> | undefined;
  #judged: Verdict | undefined;

  constructor(context: ReplicationContext, gate: Gate, group: ConfigurationGroup, listed: ConfigurationSet) {
    this.#context = context;
    this.#gate = gate;
    this.#group = group;
    this.#listed = listed;
  }

  /** What a gate that only warns has against what was let pass. */
  get objection(): Objection | undefined {
    return this.#judged?.kind === 'invalid' ? this.#judged.objection : undefined;
  }

  /** A member as it was read for a verdict that let the set pass; undefined where there is no such verdict, or the gate only warns. */
  admitted(key: string): ReadMember | undefined {
    const judged = this.#gate.mode === 'enforce' ? this.#judged : undefined;
    return judged?.kind === 'valid' ? judged.read.members.get(key) : undefined;
  }

  readonly admit: Admit = async (key, revision) => {
    this.#verdict ??= this.#judge();
    const verdict = await this.#verdict;
    this.#judged = verdict;
    if (this.#gate.mode === 'warn') {
      return undefined;
    }
    switch (verdict.kind) {
      case 'invalid':
        return { kind: 'held', key, ...verdict.objection };
      case 'no config':
        return revision === undefined
          ? { kind: 'retained', key, reason: 'its cluster has no config; nothing of a missing cluster is deleted' }
          : { kind: 'deferred', key, reason: 'its cluster has no config yet, with which it is judged' };
      case 'valid':
        return verdict.read.members.get(key)?.stat.revision === revision ? undefined : movedOn(this.#context, key);
      case 'moved on':
        return movedOn(this.#context, key);
    }
  };

  async #judge(): Promise<Verdict> {
    try {
      return await this.#readAndJudge();
    } catch (error) {
      if (isRefusedCondition(error) || isVfsError(error, 'NotFound')) {
        return { kind: 'moved on' };
      }
      if (this.#gate.mode === 'enforce') {
        throw error;
      }
      const why = isVfsError(error)
        ? error.message
        : `unexpected ${error instanceof Error ? error.name : typeof error}`;
      const reason = `it was copied without having been judged: ${why}`;
      return { kind: 'invalid', objection: { cluster: this.#group.cluster ?? '', rules: [], reason } };
    }
  }

  async #readAndJudge(): Promise<Verdict> {
    if (!this.#listed.has(this.#group.config)) {
      return { kind: 'no config' };
    }
    const read = await readConfiguration(this.#context, this.#group, this.#listed);
    const objection = await this.#gate.judge(read.texts);
    return objection === undefined ? { kind: 'valid', read } : { kind: 'invalid', objection };
  }
}

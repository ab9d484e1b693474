import type { Clock } from '../../../lib/flow/clock.ts';
import type { Capabilities } from '../../../lib/vfs/capabilities.ts';
import type { Driver } from '../../../lib/vfs/driver.ts';

/** What may happen, and what the stores can do. */
export interface Scenario {
  /** Contents that the key has at the source, one after another; undefined: absent. The first is there from the beginning, at both ends. */
  readonly history: readonly (string | undefined)[];
  readonly revisions: 'unique' | 'content';
  /** @default 2 */
  readonly workers?: 1 | 2;
  /** How many workers may die in the middle of their work, in all. */
  readonly deaths: number;
  /** Conditions that the destination does not have, so that workers hold leases. @default none */
  readonly lacking?: readonly Condition[];
  /** How often so much time may pass in the middle of a worker's work that its lease runs out. @default 0 */
  readonly pauses?: number;
  /** How many changes of the destination may be left unanswered, in all. Each arrives later, or never. @default 0 */
  readonly losses?: number;
  /** Whether such a change arrives, if at all, before the lease has run out that it was sent under. @default 'in time' */
  readonly arrivals?: 'in time' | 'any time';
  /** How many answers of the source, in all, may be of anything that it held since its answers last settled. @default none ever is */
  readonly oldAnswers?: number;
  readonly mutant?: Mutant;
}

export type Condition = keyof Pick<Capabilities, 'writeIfAbsent' | 'writeIfMatch' | 'deleteIfMatch'>;

/** What one worker works with. */
export interface Surroundings {
  readonly source: Driver;
  readonly destination: Driver;
  readonly control: Driver;
  readonly clock: Clock;
  readonly lagMs: number;
  /** Whether it takes leases where the destination lacks a condition. */
  readonly takesLeases: boolean;
}

/** Takes one safeguard out of what a worker does, from outside, and leaves the product's code as it is. */
export type Mutant = (surroundings: Surroundings) => Surroundings;

/** The key that everything is about: of no cluster and no larger group, so that the protocol alone is at work. */
export const key = 'note.txt';

/** All conditions that a destination may lack. */
export const conditions: readonly Condition[] = ['writeIfAbsent', 'writeIfMatch', 'deleteIfMatch'];

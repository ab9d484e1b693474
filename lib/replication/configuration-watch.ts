import { type GroupOf, groupId } from '../kops/groups.ts';
import { isSettled, type Pair } from './pairs.ts';

interface Watched {
  readonly group: GroupOf<'configuration'>;
  /** Keys that are equal at both ends, as long as all are. */
  readonly equal: string[];
  changed: boolean;
}

/**
 * Gathers what a walk sees of the clusters' configurations, which lie in several places of a listing.
 *
 * Holds the keys of the cluster that the walk is in, and of clusters behind it only the names of those that changed.
 */
export class ConfigurationWatch {
  readonly #reportEqual: (key: string) => void;
  readonly #open = new Map<string, Watched>();
  readonly #changed: GroupOf<'configuration'>[] = [];

  constructor(reportEqual: (key: string) => void) {
    this.#reportEqual = reportEqual;
  }

  see(group: GroupOf<'configuration'>, members: readonly Pair[]): void {
    this.#close((watched) => !members[0]?.key.startsWith(prefixOf(watched.group)));
    const watched = this.#open.get(groupId(group)) ?? { group, equal: [], changed: false };
    this.#open.set(groupId(group), watched);
    watched.changed ||= !members.every(isSettled);
    watched.equal.push(...members.map((pair) => pair.key));
  }

  /** The configurations that differ. Ends the watch. */
  changed(): readonly GroupOf<'configuration'>[] {
    this.#close(() => true);
    return this.#changed;
  }

  #close(isOver: (watched: Watched) => boolean): void {
    for (const [id, watched] of this.#open) {
      if (!isOver(watched)) {
        continue;
      }
      this.#open.delete(id);
      if (watched.changed) {
        this.#changed.push(watched.group);
      } else {
        watched.equal.forEach(this.#reportEqual);
      }
    }
  }
}

function prefixOf({ config }: GroupOf<'configuration'>): string {
  return config.slice(0, -'config'.length);
}

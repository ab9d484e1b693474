import { defaultClusters } from '../defaults.ts';
import { type Draft, type Leg, legsOf } from '../draft.ts';
import type { Finding } from '../finding.ts';
import { globsMeet } from '../glob.ts';
import { relation } from '../place.ts';

/** Destinations that two routes write: each would take the other's objects for its own, and undo its work. */
export function checkOverlaps(draft: Draft): readonly Finding[] {
  const legs = legsOf(draft);
  return legs.flatMap((leg, index) => {
    const other = legs.slice(0, index).find((earlier) => earlier.route !== leg.route && collide(earlier, leg));
    return other === undefined ? [] : [{ path: [...leg.destination.path, 'store'], message: sentence(leg, other) }];
  });
}

/** The same place may be shared by routes that have no cluster in common; one inside the other never. */
function collide(a: Leg, b: Leg): boolean {
  const how = relation(a.to.place, b.to.place);
  return how === 'inside' || how === 'around' || (how === 'same' && shareClusters(a, b));
}

function shareClusters(a: Leg, b: Leg): boolean {
  return clustersOf(a).some((one) => clustersOf(b).some((other) => globsMeet(one, other)));
}

function clustersOf({ route }: Leg): readonly string[] {
  // Of clusters that are wrong themselves nothing is known; none said means the default.
  return route.clusters?.length === 0 ? defaultClusters : (route.clusters ?? []);
}

function sentence(leg: Leg, other: Leg): string {
  const name = JSON.stringify(leg.to.name);
  const writer = `route ${JSON.stringify(other.route.name)}`;
  return relation(leg.to.place, other.to.place) === 'same'
    ? `${name} is a place that ${writer} writes too, and the two have clusters in common; use another bucket or prefix, or name different clusters`
    : `${name} overlaps ${JSON.stringify(other.to.name)}, which ${writer} writes; use another bucket or prefix`;
}

import { type Draft, type DraftRoute, type Leg, legsOf } from '../draft.ts';
import type { Finding } from '../finding.ts';
import { relation } from '../place.ts';

/** Routes that write where they read, by themselves or in a circle: each copy would be the cause of the next. */
export function checkLoops(draft: Draft): readonly Finding[] {
  const legs = legsOf(draft);
  return [...legs.flatMap(selfLoop), ...circles(legs.filter((leg) => selfLoop(leg).length === 0))];
}

function selfLoop({ destination, from, to }: Leg): readonly Finding[] {
  const name = JSON.stringify(to.name);
  const source = JSON.stringify(from.name);
  const words = {
    same: `${name} is the place that the route reads (${source})`,
    inside: `${name} lies inside the place that the route reads (${source})`,
    around: `${name} has the place that the route reads (${source}) inside it`,
    apart: '',
  };
  const how = relation(to.place, from.place);
  const message = `${words[how]}, so that its copies would be copied again; use another bucket or prefix`;
  return how === 'apart' ? [] : [{ path: [...destination.path, 'store'], message }];
}

/** One finding for each route that a circle leads back to, unless an earlier route of that circle has it. */
function circles(legs: readonly Leg[]): readonly Finding[] {
  const routes = [...new Set(legs.map(({ route }) => route))];
  const feeds = new Map(routes.map((route) => [route, legsInto(legs, route)]));
  return routes.flatMap((route, index) => {
    const circle = shortestCircle(route, (next) =>
      (feeds.get(next) ?? []).filter((leg) => routes.indexOf(leg.route) >= index),
    );
    const [first] = circle;
    if (first === undefined) {
      return [];
    }
    const steps = circle.map(({ route: { name }, to }) => `${name} writes ${to.name}`);
    const message = `routes go in a circle: ${steps.join(', ')}, which ${route.name} reads; remove one of these destinations, or give it another bucket or prefix`;
    return [{ path: [...first.destination.path, 'store'], message }];
  });
}

/** The legs of other routes that write where a route reads. */
function legsInto(legs: readonly Leg[], route: DraftRoute): readonly Leg[] {
  const source = legs.find((leg) => leg.route === route)?.from;
  return legs.filter(
    (leg) => leg.route !== route && source !== undefined && relation(leg.to.place, source.place) !== 'apart',
  );
}

/** The legs that lead from a route back to where it reads, as few as possible; none where there is no way back. */
function shortestCircle(start: DraftRoute, legsBefore: (route: DraftRoute) => readonly Leg[]): readonly Leg[] {
  const seen = new Set<DraftRoute>();
  let ways: (readonly Leg[])[] = legsBefore(start).map((leg) => [leg]);
  while (ways.length > 0) {
    const circle = ways.find(([first]) => first?.route === start);
    if (circle !== undefined) {
      return circle;
    }
    ways = ways.flatMap((way) => {
      const [first] = way;
      if (first === undefined || seen.has(first.route)) {
        return [];
      }
      seen.add(first.route);
      return legsBefore(first.route).map((leg) => [leg, ...way]);
    });
  }
  return [];
}

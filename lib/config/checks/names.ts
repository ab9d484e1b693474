import type { Draft, DraftRoute } from '../draft.ts';
import type { Finding } from '../finding.ts';
import { didYouMean } from '../nearest.ts';
import type { Path } from '../yaml-source.ts';

/** Store names that no entry has, and route names that two routes have. */
export function checkNames(draft: Draft): readonly Finding[] {
  return [...unknownStores(draft), ...repeatedRoutes(draft), ...repeatedDestinations(draft)];
}

function unknownStores({ routes, storeNames }: Draft): readonly Finding[] {
  const uses = routes.flatMap(({ path, from, destinations }) => [
    ...named(path, 'from', from),
    ...destinationsOf(destinations),
  ]);
  return uses
    .filter(({ name }) => !storeNames.has(name))
    .map(({ path, name }) => {
      const suggestion = didYouMean(name, storeNames);
      const hint =
        suggestion === '' ? `; add it under stores, or use one of ${[...storeNames].join(', ')}` : suggestion;
      return { path, message: `there is no store ${JSON.stringify(name)}${hint}` };
    });
}

function repeatedRoutes({ routes }: Draft): readonly Finding[] {
  return repeated(routes.flatMap(({ path, name }) => named(path, 'name', name))).map(({ path, name }) => ({
    path,
    message: `a route named ${JSON.stringify(name)} stands above; give this one another name`,
  }));
}

function repeatedDestinations({ routes }: Draft): readonly Finding[] {
  return routes.flatMap(({ destinations }) =>
    repeated(destinationsOf(destinations)).map(({ path, name }) => ({
      path,
      message: `this route already has the destination ${JSON.stringify(name)}; keep one of them`,
    })),
  );
}

function destinationsOf(destinations: DraftRoute['destinations']): readonly Named[] {
  return destinations.flatMap(({ path, store }) => named(path, 'store', store));
}

function named(path: Path, field: string, name: string | undefined): readonly Named[] {
  return name === undefined ? [] : [{ path: [...path, field], name }];
}

interface Named {
  readonly path: Path;
  readonly name: string;
}

function repeated(all: readonly Named[]): readonly Named[] {
  const seen = new Set<string>();
  return all.filter(({ name }) => seen.has(name) || !seen.add(name));
}

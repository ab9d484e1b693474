import { type ObjectClass, sensitiveClasses } from '../../kops/object-class.ts';
import { destinationClasses } from '../destination-classes.ts';
import type { Draft } from '../draft.ts';
import type { Finding } from '../finding.ts';
import type { DestinationEntry } from '../schema.ts';
import type { Path } from '../yaml-source.ts';

/** What a destination says of classes against itself, or in vain. */
export function checkClasses({ routes }: Draft): readonly Finding[] {
  return routes.flatMap(({ destinations }) =>
    destinations.flatMap(({ path, entry }) =>
      entry === undefined
        ? []
        : [...contradictions(path, entry), ...nothingCarried(path, entry), ...idleDeletes(path, entry)],
    ),
  );
}

function contradictions(path: Path, entry: DestinationEntry): readonly Finding[] {
  const included = entry.classes !== undefined && 'include' in entry.classes ? entry.classes.include : [];
  return [...included.entries()]
    .filter(([, name]) => entry.sensitive === 'exclude' && sensitiveClasses.has(name))
    .map(([index, name]) => ({
      path: [...path, 'classes', 'include', index],
      message: `${name} is included here, and left out by sensitive: exclude; keep one of the two`,
    }));
}

function nothingCarried(path: Path, entry: DestinationEntry): readonly Finding[] {
  return destinationClasses(entry).length > 0
    ? []
    : [
        {
          path: [...path, 'classes'],
          message: 'no class is left for this destination; leave one, or remove the destination',
          part: 'key',
        },
      ];
}

function idleDeletes(path: Path, entry: DestinationEntry): readonly Finding[] {
  const carried = new Set(destinationClasses(entry));
  return (Object.keys(entry.deletes ?? {}) as ObjectClass[])
    .filter((name) => !carried.has(name))
    .map((name) => ({
      path: [...path, 'deletes', name],
      message: `this destination does not get ${name}, so nothing of it is ever deleted there; remove this line`,
      part: 'key' as const,
    }));
}

import { sensitiveClasses } from '../../kops/object-class.ts';
import { destinationClasses, missingClasses, selectedClasses } from '../destination-classes.ts';
import { type Draft, type Leg, legsOf } from '../draft.ts';
import type { Finding } from '../finding.ts';

/** Keys and secrets that would leave their provider, or its encryption, without anybody having said so. */
export function checkSensitive(draft: Draft): readonly Finding[] {
  return legsOf(draft).flatMap((leg) => {
    const risk = riskOf(leg);
    const { path, entry } = leg.destination;
    if (entry === undefined) {
      return [];
    }
    const sensitive = selectedClasses(entry).filter((name) => sensitiveClasses.has(name));
    if (risk === undefined || entry.sensitive !== undefined || sensitive.length === 0) {
      return [];
    }
    const message = `${JSON.stringify(leg.to.name)} ${risk}, and would get keys and secrets (${sensitive.join(', ')}); write sensitive: include to copy them there, which trusts whoever can read it with the clusters, or sensitive: exclude to leave them out, which makes a replica that cannot be promoted`;
    return [{ path: [...path, 'sensitive'], message, part: 'key' as const }];
  });
}

/** Destinations that no cluster can be restored from, since keys or secrets are missing there. */
export function warnOfIncomplete({ routes }: Draft): readonly Finding[] {
  return routes.flatMap(({ destinations }) =>
    destinations.flatMap(({ path, store, entry }) => {
      const missing = entry === undefined ? [] : missingClasses(destinationClasses(entry));
      const message = `${JSON.stringify(store)} is incomplete: without ${missing.join(', ')} it cannot be promoted, and no cluster restored from it alone`;
      return missing.length === 0 ? [] : [{ path: [...path, 'store'], message }];
    }),
  );
}

function riskOf({ from, to }: Leg): string | undefined {
  if (from.place.provider !== to.place.provider) {
    return `is with another provider (${to.place.provider}, not ${from.place.provider})`;
  }
  return to.place.encryptsAtRest ? undefined : `is not known to encrypt at rest (${to.place.provider})`;
}

import type { Location } from '../lib/config/location.ts';
import type { CommandContext } from './context.ts';
import { usageError } from './exit-codes.ts';
import { locate, pathAbove } from './open-location.ts';
import { refuseSharedVariables } from './shared-variables.ts';

/** The two stores that a command is about. */
export interface LocatedPair {
  readonly from: Location;
  readonly to: Location;
  /** What every key that is meant begins with, in both stores: empty, or a cluster's name and `/`. */
  readonly prefix: string;
}

/**
 * Reads the two places of a command. Keys keep their places: `STORE/CLUSTER` on one side is that cluster in both stores.
 *
 * Throws a usage error for two different clusters, for a URL that names the other side's cluster once more, and for two stores that one
 * environment cannot describe.
 */
export async function locatePair(context: CommandContext, a: string, b: string): Promise<LocatedPair> {
  const [from, to] = [await locate(context, a), await locate(context, b)];
  if (from.prefix !== '' && to.prefix !== '' && from.prefix !== to.prefix) {
    throw usageError(
      `${a} and ${b} name different clusters; a cluster keeps its name, so name it once, or the same twice`,
    );
  }
  refuseSharedVariables(from, to, context.io.env);
  const prefix = from.prefix === '' ? to.prefix : from.prefix;
  for (const [text, { definition, name }] of [
    [a, from],
    [b, to],
  ] as const) {
    if (prefix !== '' && name === undefined && `/${pathAbove(definition.url)}`.endsWith(`/${prefix}/`)) {
      throw usageError(
        `${text} ends in ${prefix}, which the other side names already: keys keep their places below the state store, so name the directory above it`,
      );
    }
  }
  return { from, to, prefix: prefix === '' ? '' : `${prefix}/` };
}

import { beforeSending, isRefusedCondition, VfsError } from '../errors.ts';
import type { Precondition } from '../types.ts';
import type { VaultConnection } from './connection.ts';
import { type Attempt, toVfsError } from './errors.ts';
import { type Held, look, notAnObject, type VersionName, versionNamed, versionNameOf } from './held.ts';
import type { SecretFields } from './secret.ts';
import { secretPath } from './secret-path.ts';

/** Where something is written, and by whose call. */
export interface Place {
  readonly connection: VaultConnection;
  readonly key: string;
  readonly attempt: Attempt;
  readonly signal: AbortSignal;
}

/** How often a write looks again because others were faster. */
const maxRounds = 16;

/** Writes a new version if the latest is the one with this number; 0 where there never was one. Rejects with `PreconditionFailed`. One request. */
export async function putAfter(place: Place, fields: SecretFields, cas: number): Promise<VersionName> {
  const { connection, key, attempt, signal } = place;
  const path = secretPath(connection.settings.mount, 'data', key);
  const body = await connection.send(attempt, signal, (client, options) =>
    client.write(path, { data: fields, options: { cas } }, options),
  );
  return versionNameOf(body?.['data'] ?? undefined, attempt);
}

/** The number in a revision, for check-and-set. Throws `PreconditionFailed` for what is no revision of this store. */
export function casOf(
  { revision }: Extract<Precondition, { kind: 'if-match' }>,
  { operation, target }: Attempt,
): number {
  const version = versionNamed(revision);
  if (version === undefined) {
    const reason = `${JSON.stringify(revision)} is no revision of this store, and so not that of the object`;
    throw new VfsError({ code: 'PreconditionFailed', operation, target, reason });
  }
  return version.number;
}

/**
 * Writes a new version after what is there, if `decide` lets it: looks, and writes with the number that it saw, until nobody came in between. A write
 * without a number could be carried out late, after its caller gave it up, and cover what came since.
 *
 * `decide` returns the number of the version to follow, or undefined to write nothing. With `guess`, that number is tried before the first look.
 */
export async function putOver(
  place: Place,
  fields: SecretFields,
  decide: (held: Held) => number | undefined,
  guess?: number,
): Promise<VersionName | undefined> {
  let cas = guess ?? decide(await lookBefore(place));
  for (let round = 1; cas !== undefined; round += 1) {
    try {
      return await putAfter(place, fields, cas);
    } catch (error) {
      if (!isRefusedCondition(error)) {
        throw error;
      }
    }
    if (round === maxRounds) {
      const reason = `another writer came first, ${maxRounds} times in a row`;
      throw new VfsError({ code: 'Unavailable', ...place.attempt, reason, maybeApplied: false });
    }
    cas = decide(await lookBefore(place));
  }
  return undefined;
}

/** The number of the latest version, whatever became of it. Throws for a secret that is no object of ours: it is not covered. */
export function latestNumber(held: Held, attempt: Attempt): number {
  if (held.kind === 'foreign') {
    throw notAnObject(held.reason, attempt);
  }
  return held.kind === 'nothing' ? 0 : held.version.number;
}

/** What is there, before anything was changed by this call: a failure of it is none of a write. */
async function lookBefore({ connection, key, attempt, signal }: Place): Promise<Held> {
  try {
    return await look(connection, key, attempt, { signal });
  } catch (error) {
    throw beforeSending(toVfsError(error, attempt));
  }
}

import { mapConcurrently } from '../../flow/concurrency.ts';
import { isKey } from '../keys.ts';
import { startOf, takePage } from '../listing.ts';
import type { ListOptions, ListPage, ObjectEntry, ObjectKey } from '../types.ts';
import type { VaultConnection } from './connection.ts';
import type { Attempt } from './errors.ts';
import { type Held, look, statOf } from './held.ts';
import { secretPath, whyNotSecretPath } from './secret-path.ts';
import { type Walk, walkMount } from './walk.ts';

const maxPageSize = 250;
const looksAtOnce = 16;

/**
 * One page of a mount. A request for each folder that is entered, and one for each name: Vault's lists hold names only, and those of deleted secrets
 * too. A secret that is no object of ours is reported as a marker.
 *
 * One that may not be read makes the listing fail: left out, it would pass for absent.
 */
export async function listObjects(connection: VaultConnection, options: ListOptions): Promise<ListPage> {
  const { prefix, delimiter, pageSize, signal } = options;
  const attempt = connection.attempt('list', prefix);
  const walk = walkFor(
    connection,
    { prefix, start: startOf(options), ...(delimiter && { delimiter }) },
    attempt,
    signal,
  );
  const { items, ...next } = await takePage(walkMount(walk), Math.min(pageSize ?? maxPageSize, maxPageSize));
  const keys = items.filter(({ kind }) => kind === 'key').map(({ text }) => text);
  const found = await mapConcurrently(keys, looksAtOnce, (text) => entryOf(connection, text, attempt, signal));
  return {
    entries: found.filter((one) => typeof one === 'object'),
    prefixes: items.filter(({ kind }) => kind === 'prefix').map(({ text }) => text),
    markers: found.filter((one) => typeof one === 'string'),
    ...next,
  };
}

/** A walk through a mount, over Vault's own lists. */
export function walkFor(
  connection: VaultConnection,
  what: Pick<Walk, 'prefix' | 'start' | 'delimiter'>,
  attempt: Attempt,
  signal: AbortSignal,
): Walk {
  return {
    ...what,
    namesIn: (folder) => namesIn(connection, folder, attempt, signal),
    counts: async (key) => isThere(await lookFor(connection, key, attempt, signal)),
  };
}

/** LIST of one folder. One that is not there is empty. */
async function namesIn(
  connection: VaultConnection,
  folder: string,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const path = secretPath(connection.settings.mount, 'metadata', folder);
  const { body } = await connection.ask(attempt, signal, (client, options) => client.list(path, options));
  const { keys } = (body?.['data'] ?? {}) as { keys?: unknown };
  return Array.isArray(keys) ? keys.map(String) : [];
}

/** The entry of an object; the text of a secret that is none; undefined where there is nothing, or nothing any more. */
async function entryOf(
  connection: VaultConnection,
  text: string,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<ObjectEntry | string | undefined> {
  const held = await lookFor(connection, text, attempt, signal);
  if (held === undefined || !isThere(held)) {
    return held === undefined ? text : undefined;
  }
  if (held.kind !== 'object' || !isKey(text)) {
    return text;
  }
  const { key, size, revision, checksums, modifiedAt } = await statOf(text as ObjectKey, held);
  return { key, size, revision, checksums, ...(modifiedAt && { modifiedAt }) };
}

/** What is at a name of Vault's list; undefined for a name that no request can say. */
async function lookFor(
  connection: VaultConnection,
  text: string,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<Held | undefined> {
  return whyNotSecretPath(text) === undefined ? look(connection, text, attempt, { signal }) : undefined;
}

function isThere(held: Held | undefined): boolean {
  return held === undefined || held.kind === 'object' || held.kind === 'foreign';
}

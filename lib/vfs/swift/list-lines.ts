import type { SwiftConnection } from './connection.ts';
import type { Attempt } from './errors.ts';
import { finishJson } from './json-answer.ts';

/** Lines of one page. Swift lists up to 10,000; a thousand is less to hold, and no cluster lists fewer. */
export const maxLines = 1000;

/** One line of a listing (Object Storage API reference, "Show container details and list objects"). */
export interface Listed {
  /** Of a pseudo-directory, the only field. */
  readonly subdir?: string;
  readonly name?: string;
  readonly bytes?: number;
  readonly hash?: string;
  /** Of a static large object: its entity tag, in quotes. `hash` is then of the manifest. */
  readonly slo_etag?: string;
  /** UTC, and does not say so. */
  readonly last_modified?: string;
}

/** What is listed. */
export interface LinesOptions {
  readonly prefix: string;
  readonly limit: number;
  readonly delimiter?: string;
  /** Only what comes behind it. */
  readonly marker?: string;
}

/** Asks for one page of a container. Swift does not say whether there is more: a page that is not full is the last. */
export async function listLines(
  connection: SwiftConnection,
  { prefix, limit, delimiter, marker }: LinesOptions,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<readonly Listed[]> {
  const query = new URLSearchParams({
    format: 'json',
    limit: String(limit),
    ...(prefix === '' ? {} : { prefix }),
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(marker === undefined ? {} : { marker }),
  });
  const answer = await connection.send({ method: 'GET', query, absent: 'container' }, attempt, signal);
  return finishJson<Listed>(answer, attempt, signal);
}

/** A plain object of a listing. */
export interface PlainObject {
  readonly name: string;
  readonly size: number;
  readonly etag: string;
}

/** All objects under a prefix, over all pages. For a prefix of the driver's own, with some hundreds of plain objects at most. */
export async function listPlainObjects(
  connection: SwiftConnection,
  prefix: string,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<readonly PlainObject[]> {
  const all: PlainObject[] = [];
  for (let isLast = false; !isLast; ) {
    const marker = all.at(-1)?.name;
    const asked = { prefix, limit: maxLines, ...(marker === undefined ? {} : { marker }) };
    const lines = await listLines(connection, asked, attempt, signal);
    all.push(...lines.map(({ name = '', bytes = 0, hash = '' }) => ({ name, size: bytes, etag: hash })));
    isLast = lines.length < maxLines;
  }
  return all;
}

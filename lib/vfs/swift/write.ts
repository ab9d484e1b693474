import { undefinedWhenAbsent } from '../store.ts';
import type { BodySource, DeleteOptions, ObjectKey, Precondition, WriteOptions, Written } from '../types.ts';
import type { SwiftConnection } from './connection.ts';
import type { LargeObjects } from './large-objects.ts';
import { objectHeaders } from './object-fields.ts';
import { writeInSegments } from './segmented-write.ts';
import { sendBody } from './send-body.ts';

/** The header of the one condition that Swift knows for a PUT. */
export function conditionHeaders({ kind }: Precondition): Readonly<Record<string, string>> {
  return kind === 'if-absent' ? { 'if-none-match': '*' } : {};
}

/** PUT of an object; of one that is larger than a plain object may be, in segments. */
export async function writeObject(
  connection: SwiftConnection,
  large: LargeObjects,
  key: ObjectKey,
  source: BodySource,
  options: WriteOptions,
): Promise<Written> {
  const { precondition, signal } = options;
  const attempt = connection.attempt('write', key, precondition.kind);
  const headers = { ...objectHeaders(options, attempt), ...conditionHeaders(precondition) };
  return large.replacing({ key, precondition }, attempt, signal, async () => {
    return source.size > connection.settings.capabilities.parts.maxSize
      ? writeInSegments(connection, large, source, { name: key, headers }, attempt, signal)
      : sendBody(connection, source, { name: key, headers }, attempt, signal);
  });
}

/** DELETE of an object, and then of its segments. Swift answers 404 where there is none, which is no failure. */
export async function deleteObject(
  connection: SwiftConnection,
  large: LargeObjects,
  key: ObjectKey,
  { precondition, signal }: DeleteOptions,
): Promise<void> {
  const attempt = connection.attempt('delete', key);
  await large.replacing({ key, precondition }, attempt, signal, async () => {
    await undefinedWhenAbsent(connection.tell({ method: 'DELETE', name: key }, attempt, signal));
  });
}

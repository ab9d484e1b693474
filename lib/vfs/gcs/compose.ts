import { mapConcurrently } from '../../flow/concurrency.ts';
import type { GcsConnection } from './connection.ts';
import type { Attempt } from './errors.ts';
import { type ObjectResource, objectFields } from './object-resource.ts';

/** An object that is put together with others: this generation of it. */
export interface Component {
  readonly name: string;
  readonly generation: string;
}

/** Most objects of one composition ("Composite objects"). */
const maxComponents = 32;
/** Compositions under way at a time. */
const atOnce = 4;

/** What is made, and under which condition. */
export interface Composition {
  readonly name: string;
  readonly resource: ObjectResource;
  readonly query: Readonly<Record<string, string>>;
}

/**
 * Joins objects group by group, in their order, until there are no more than one composition takes. `nameJoined` names the objects in between;
 * somebody else removes them.
 */
export async function joinAll(
  connection: GcsConnection,
  components: readonly Component[],
  nameJoined: () => string,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<readonly Component[]> {
  let level = components;
  while (level.length > maxComponents) {
    level = await mapConcurrently(groupsOf(level), atOnce, async (group) => {
      const joined = { name: nameJoined(), resource: {}, query: { ifGenerationMatch: '0' } };
      const { generation = '' } = await compose(connection, group, joined, attempt, signal);
      return { name: joined.name, generation };
    });
  }
  return level;
}

/** Makes one object of at most 32. The generations of the components are named, so that none is replaced on the way. */
export function compose(
  connection: GcsConnection,
  components: readonly Component[],
  { name, resource, query }: Composition,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<ObjectResource> {
  return connection.ask<ObjectResource>(
    {
      method: 'POST',
      path: `${connection.pathOf(name, attempt)}/compose`,
      query: { fields: objectFields, ...query },
      headers: { 'content-type': 'application/json; charset=UTF-8' },
      body: JSON.stringify({ destination: resource, sourceObjects: components }),
    },
    attempt,
    signal,
  );
}

function groupsOf(components: readonly Component[]): readonly (readonly Component[])[] {
  const count = Math.ceil(components.length / maxComponents);
  return Array.from({ length: count }, (_, index) =>
    components.slice(index * maxComponents, (index + 1) * maxComponents),
  );
}

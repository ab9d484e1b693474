import { destinationNamed, policyOf, routesConcerned } from '../../lib/config/routes.ts';
import { Leases } from '../../lib/control/leases.ts';
import { systemClock } from '../../lib/flow/clock.ts';
import { gateOf } from '../../lib/gate/gate-of.ts';
import { guaranteeOf } from '../../lib/replication/guarantee.ts';
import { createReplicator } from '../../lib/replication/replicator.ts';
import { type Runtime, required } from '../runtime.ts';
import type { BatchSurroundings } from './handle-batch.ts';
import type { Queues } from './queues.ts';

/** Opens the two stores that the function is for, and says where its messages come from and go to. Rejects with an error that says what to do. */
export async function createBatchSurroundings(
  { environment, config, route, open, openControl }: Runtime,
  queues: Pick<Queues, 'deadLetter' | 'putOff'>,
): Promise<Omit<BatchSurroundings, 'logger'>> {
  const name = required(environment, 'STATESYNC_DESTINATION');
  const queueUrl = required(environment, 'STATESYNC_QUEUE_URL');
  const deadLetterUrl = required(environment, 'STATESYNC_DEAD_LETTER_URL');
  const destination = destinationNamed(route, name);
  if (destination === undefined) {
    throw new Error(
      `STATESYNC_DESTINATION names ${JSON.stringify(name)}, and route ${route.name} has no such destination; deploy again`,
    );
  }
  const [source, replica] = await Promise.all([open(route.from), open(name)]);
  const needsLeases = guaranteeOf(source, replica).writes === 'leased';
  const control = needsLeases ? await openControl() : undefined;
  const holder = `route ${route.name} to ${name}`;
  const gate = gateOf(route.gate, { waivers: config.waivers, clock: systemClock });
  return {
    replicator: createReplicator({
      source,
      destination: replica,
      policy: policyOf(route, destination),
      brake: route.brake,
      clock: systemClock,
      ...(gate && { gate }),
      ...(control && { leases: new Leases({ control, clock: systemClock, holder }) }),
    }),
    route: route.name,
    destination: name,
    keyInSource: (bucket, key) =>
      routesConcerned(config, bucket, key).find((concerned) => concerned.route === route)?.key,
    deadLetter: (record, reason) => queues.deadLetter(deadLetterUrl, record, reason),
    putOff: (record) => queues.putOff(queueUrl, record),
    clock: systemClock,
  };
}

import { carriesCluster, routesConcerned, storeNamed } from '../../lib/config/routes.ts';
import type { ObjectEvent } from '../../lib/events/object-event.ts';
import { FindingRecords } from '../../lib/findings/finding-records.ts';
import { historyOf } from '../../lib/findings/recipient.ts';
import { systemClock } from '../../lib/flow/clock.ts';
import { discoverClusters } from '../../lib/kops/clusters.ts';
import { classify } from '../../lib/kops/layout.ts';
import type { Store } from '../../lib/vfs/store.ts';
import { type Configured, required } from '../runtime.ts';
import type { Queues } from './queues.ts';
import { createRecipients } from './recipients.ts';
import type { ValidateSurroundings } from './validate-batch.ts';

/** Opens the source and the control store, and says where messages come from and go to. Rejects with an error that says what to do. */
export async function createValidateSurroundings(
  configured: Configured,
  queues: Pick<Queues, 'deadLetter' | 'putOff' | 'send'>,
): Promise<Omit<ValidateSurroundings, 'logger'>> {
  const { environment, config, write } = configured;
  const store = required(environment, 'STATESYNC_STORE');
  const queueUrl = required(environment, 'STATESYNC_QUEUE_URL');
  const deadLetterUrl = required(environment, 'STATESYNC_DEAD_LETTER_URL');
  const resolved = storeNamed(config, store);
  if (resolved === undefined || config.validate === undefined) {
    throw new Error(
      `STATESYNC_STORE names ${JSON.stringify(store)}, and the configuration does not ask to validate it; deploy again`,
    );
  }
  const [source, control] = await Promise.all([configured.open(store), configured.openControl()]);
  if (control === undefined) {
    throw new Error('the configuration names no control store, where findings are kept; add control, and deploy again');
  }
  const records = new FindingRecords(control, resolved.definition);
  const { settle, notify } = config.validate;
  const isCarried = carriedBy(configured, store);
  const own = { region: required(environment, 'AWS_REGION'), environment };
  return {
    store,
    source,
    records,
    recipients: [historyOf(records), ...createRecipients(notify, own)],
    waivers: config.waivers ?? [],
    settle,
    clusterOf: (event) => clusterOf(configured, store, event),
    clusters: async (signal) => {
      const [there, recorded] = await Promise.all([clustersIn(source, signal), records.clusters(signal)]);
      return [...new Set([...there, ...recorded])].filter(isCarried);
    },
    others: async (signal) => {
      const names = await clustersIn(source, signal);
      const { readOtherClusters } = await import('../../lib/validation/store/cluster-files.ts');
      const prefixes = names.map((name) => `${name}/`);
      return names.length < 2 ? [] : readOtherClusters(source, prefixes, signal);
    },
    send: (bodies, delaySeconds) => queues.send(queueUrl, bodies, delaySeconds),
    deadLetter: (record, reason) => queues.deadLetter(deadLetterUrl, record, reason),
    putOff: (record) => queues.putOff(queueUrl, record),
    write,
    clock: systemClock,
  };
}

/** Backups come every few minutes, and are looked at by the clock; what belongs to no cluster is found by the clock too. */
function clusterOf({ config }: Configured, store: string, { bucket, key }: ObjectEvent): string | undefined {
  for (const { route, key: relative } of routesConcerned(config, bucket, key)) {
    const { class: objectClass, cluster } = classify(relative);
    const isAsked = objectClass !== 'etcd-backup' && cluster !== undefined && carriesCluster(route, cluster);
    if (route.from === store && isAsked) {
      return cluster;
    }
  }
  return undefined;
}

function carriedBy({ config }: Configured, store: string): (cluster: string) => boolean {
  const routes = config.routes.filter(({ from }) => from === store);
  return (cluster) => routes.some((route) => carriesCluster(route, cluster));
}

async function clustersIn(source: Store, signal: AbortSignal): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name } of discoverClusters(source, { signal })) {
    names.push(name);
  }
  return names;
}

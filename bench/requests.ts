import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Outcome } from '../lib/replication/outcome.ts';
import type { Replicator } from '../lib/replication/replicator.ts';
import type { Scale } from './bench.ts';
import { type End, openReplicator } from './place.ts';
import type { Row } from './row.ts';
import { addonKeys, type Server, startServer } from './server.ts';

const cluster = 'bench.example.com';
const bucket = { source: 'bench-state', destination: 'bench-replica' } as const;
const backup = `${cluster}/backups/etcd/main/2026-01-31T04:00:00Z-000001`;
const keysOfPage = 1000;
const never = new AbortController().signal;

/** What one step cost, as the layer beneath the replicator counted it and as the servers did. */
interface Cost {
  /** `source read`, `destination write`, … */
  readonly layer: readonly string[];
  /** By end and operation of S3. */
  readonly servers: Readonly<Record<string, number>>;
}

/**
 * Counts requests through the real S3 driver, between two servers, so that nothing is copied on the server side.
 *
 * What each bucket is asked once, and is then remembered, is counted on a line of its own.
 */
export async function requests(scale: Scale, objects = scale === 'full' ? 1_100 : 120): Promise<readonly Row[]> {
  const stage = await Stage.open();
  try {
    return [...(await singles(stage)), ...(await bulk(stage, objects)), ...(await groups(stage))];
  } finally {
    await stage.close();
  }
}

async function singles(stage: Stage): Promise<Row[]> {
  const [first = '', warm = '', key = ''] = addonKeys(cluster, 3);
  await stage.put(`${cluster}/config`, first, warm);
  const cold = await stage.converge(first, `${backup}/_etcd_backup.meta`);
  const asked = total(cold.servers) - cold.layer.length;
  const rows: Row[] = [row('questions to both buckets, remembered', asked, questions(cold))];
  await stage.converge(warm, `${cluster}/config`);
  await stage.put(key);
  rows.push(costRow('new object', await stage.converge(key), 4));
  await stage.put(key);
  rows.push(costRow('changed object', await stage.converge(key), 4));
  rows.push(costRow('duplicate event', await stage.converge(key), 2));
  rows.push(...(await deletes(stage, key)));
  rows.push(costRow('event for what is at neither end', await stage.converge(key), 2));
  return rows;
}

/** Deletes share a look at their cluster, once a batch (docs/decisions/0003), so the bound is of each further one. */
async function deletes(stage: Stage, key: string): Promise<Row[]> {
  const many = addonKeys('deletes.example.com', 10);
  const all = ['deletes.example.com/config', ...many];
  await stage.put('note.txt', ...all);
  await stage.converge('note.txt', ...all);
  await stage.remove(key, 'note.txt', ...many);
  const alone = await stage.converge(key);
  const batch = await stage.converge(...many);
  const looks = 1;
  return [
    row(
      `deleted objects, in a batch of ${many.length}, without ${looks} look at their cluster`,
      (batch.layer.length - looks) / many.length,
      detailOf(batch),
      4,
      'requests an object',
    ),
    costRow('deleted object of a cluster, alone in its batch', alone),
    costRow('deleted object of no cluster, alone in its batch', await stage.converge('note.txt')),
  ];
}

async function bulk(stage: Stage, count: number): Promise<Row[]> {
  await stage.servers.source.fill(bucket.source, addonKeys('bulk.example.com', count), 64);
  const first = await stage.reconcile('bulk.example.com/');
  const lists = first.layer.filter((line) => line.endsWith(' list')).length;
  const again = await stage.reconcile('bulk.example.com/');
  const perObject = (first.layer.length - lists) / count;
  return [
    row(
      `first copy of ${count} objects, without its ${lists} lists`,
      perObject,
      detailOf(first),
      3,
      'requests an object',
    ),
    costRow(`reconcile of ${count} objects that finds nothing`, again, 2 * Math.ceil(count / keysOfPage)),
  ];
}

async function groups(stage: Stage): Promise<Row[]> {
  const group = (name: string) => `${cluster}/instancegroup/${name}`;
  const control = `${cluster}/backups/etcd/main/control`;
  await stage.put(group('nodes-a'), group('nodes-b'), group('control-plane'));
  await stage.converge(group('nodes-a'));
  await stage.put(group('nodes-a'));
  const rows = [costRow('group: one of 3 instance groups changed', await stage.converge(group('nodes-a')))];
  rows.push(costRow('group: duplicate of that event', await stage.converge(group('nodes-a'))));
  await stage.put(`${cluster}/config`);
  rows.push(costRow('group: config changed', await stage.converge(`${cluster}/config`)));
  await stage.put(`${backup}/etcd.backup.gz`);
  rows.push(costRow('group: etcd backup, event of its data alone', await stage.converge(`${backup}/etcd.backup.gz`)));
  await stage.put(`${backup}/_etcd_backup.meta`);
  rows.push(costRow('group: etcd backup, event of its meta', await stage.converge(`${backup}/_etcd_backup.meta`)));
  await stage.put(`${control}/etcd-cluster-created`, `${control}/etcd-cluster-spec`);
  rows.push(costRow('group: etcd control files, both new', await stage.converge(`${control}/etcd-cluster-spec`)));
  rows.push(costRow('group: etcd control files, duplicate', await stage.converge(`${control}/etcd-cluster-created`)));
  return rows;
}

/** Two servers, and a replicator whose requests are counted at both of its ends. */
class Stage {
  readonly servers: Readonly<Record<End, Server>>;
  readonly #replicator: Replicator;
  readonly #close: () => Promise<void>;
  readonly #lines: string[];
  #writes = 0;

  private constructor(
    servers: Readonly<Record<End, Server>>,
    opened: Awaited<ReturnType<typeof openReplicator>>,
    lines: string[],
  ) {
    this.servers = servers;
    this.#replicator = opened.replicator;
    this.#close = opened.close;
    this.#lines = lines;
  }

  static async open(): Promise<Stage> {
    const [source, destination] = await Promise.all([startServer(), startServer()]);
    const lines: string[] = [];
    const ends = {
      source: await source.createBucket(bucket.source),
      destination: await destination.createBucket(bucket.destination),
    };
    const opened = await openReplicator(ends, (end, { operation }) => lines.push(`${end} ${operation}`));
    return new Stage({ source, destination }, opened, lines);
  }

  /** Gives each key new content at the source. */
  async put(...keys: readonly string[]): Promise<void> {
    for (const Key of keys) {
      this.#writes += 1;
      await this.servers.source.client.send(
        new PutObjectCommand({ Bucket: bucket.source, Key, Body: `write ${this.#writes}` }),
      );
    }
  }

  async remove(...keys: readonly string[]): Promise<void> {
    for (const Key of keys) {
      await this.servers.source.client.send(new DeleteObjectCommand({ Bucket: bucket.source, Key }));
    }
  }

  converge(...keys: readonly string[]): Promise<Cost> {
    return this.#cost(async () => [...(await this.#replicator.converge(keys, never)).values()].flat());
  }

  reconcile(prefix: string): Promise<Cost> {
    return this.#cost(async () => {
      const outcomes: Outcome[] = [];
      await this.#replicator.reconcile(prefix, (outcome) => outcomes.push(outcome), never);
      return outcomes;
    });
  }

  async close(): Promise<void> {
    await this.#close();
    await Promise.all([this.servers.source.close(), this.servers.destination.close()]);
  }

  async #cost(work: () => Promise<readonly Outcome[]>): Promise<Cost> {
    const { source, destination } = this.servers;
    source.s3.requests.reset();
    destination.s3.requests.reset();
    this.#lines.length = 0;
    const failed = (await work()).find((outcome) => outcome.kind === 'failed');
    if (failed !== undefined) {
      throw new Error(`${failed.key} failed while its requests were counted: ${failed.reason}`);
    }
    const at = (end: End) =>
      Object.entries(this.servers[end].s3.requests.snapshot()).map(([name, count]) => [`${end} ${name}`, count]);
    return {
      layer: [...this.#lines],
      servers: Object.fromEntries([...at('source'), ...at('destination')]),
    };
  }
}

function costRow(what: string, cost: Cost, atMost?: number): Row {
  return row(what, cost.layer.length, detailOf(cost), atMost);
}

/** The counts in words. Throws when the layer and the servers counted differently: one of the figures would be wrong. */
function detailOf({ layer, servers }: Cost): string {
  if (total(servers) !== layer.length) {
    throw new Error(`the layer counted ${layer.length} requests, and the servers ${total(servers)}: ${words(servers)}`);
  }
  const counts: Record<string, number> = {};
  for (const line of layer) {
    counts[line] = (counts[line] ?? 0) + 1;
  }
  return `layer: ${words(counts)}; servers: ${words(servers)}`;
}

/** What the driver asked of the buckets themselves, beneath the counting layer: encryption once a process, presence once a minute. */
function questions({ servers }: Cost): string {
  return words(Object.fromEntries(Object.entries(servers).filter(([name]) => /Bucket/.test(name))));
}

function row(what: string, value: number, detail: string, atMost?: number, unit = 'requests'): Row {
  const bound = atMost === undefined ? {} : { atMost };
  return { name: `requests: ${what}`, value, unit, detail, ...bound };
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** `source read 2, stat · destination write`. */
function words(counts: Readonly<Record<string, number>>): string {
  const of = (end: End) =>
    Object.entries(counts).flatMap(([name, count]) => {
      const [at, operation] = name.split(' ');
      return at === end ? [count === 1 ? operation : `${operation} ${count}`] : [];
    });
  return (['source', 'destination'] as const)
    .flatMap((end) => (of(end).length === 0 ? [] : [`${end} ${of(end).join(', ')}`]))
    .join(' · ');
}

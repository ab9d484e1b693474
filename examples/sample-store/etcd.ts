import { readFile } from 'node:fs/promises';
import { type ClusterObject, createdAt, type EtcdCluster, type SampleCluster } from './cluster.ts';
import { rfc3339 } from './text.ts';

const snapshots = new URL('../etcd-snapshots/', import.meta.url);
const minute = 60_000;

/** The snapshots of each etcd cluster, oldest first, and how long ago they were taken. */
const history: Readonly<Record<string, readonly { readonly file: string; readonly minutesAgo: number }[]>> = {
  main: [
    { file: 'main-1.db.gz', minutesAgo: 30 },
    { file: 'main-2.db.gz', minutesAgo: 15 },
  ],
  events: [{ file: 'events-1.db.gz', minutesAgo: 15 }],
};

/** What etcd-manager keeps of a cluster: control files and backups of each etcd cluster, data before meta. */
export async function etcdObjects({ spec }: SampleCluster, now: Date): Promise<readonly ClusterObject[]> {
  const objects = await Promise.all(
    spec.etcdClusters.map(async (etcd) => [...controlFiles(etcd, now), ...(await backups(etcd, now))]),
  );
  return objects.flat();
}

/** A command to restore a backup that etcd-manager has not carried out yet: it would be, wherever this object turns up. */
export function restoreCommand(etcd: EtcdCluster, now: Date): ClusterObject {
  const { minutesAgo = 0 } = history[etcd.name]?.at(-1) ?? {};
  const command = {
    timestamp: nanoseconds(now),
    restoreBackup: {
      clusterSpec: clusterSpec(etcd),
      backup: backupName(new Date(now.getTime() - minutesAgo * minute), history[etcd.name]?.length ?? 0),
    },
  };
  return [`${directory(etcd)}control/${rfc3339(now)}-000000/_command.json`, json(command)];
}

function controlFiles(etcd: EtcdCluster, now: Date): readonly ClusterObject[] {
  const control = `${directory(etcd)}control/`;
  return [
    [`${control}etcd-cluster-created`, `{"timestamp":${nanoseconds(createdAt(now))}}`],
    [`${control}etcd-cluster-spec`, json(clusterSpec(etcd))],
  ];
}

async function backups(etcd: EtcdCluster, now: Date): Promise<readonly ClusterObject[]> {
  const objects = await Promise.all(
    (history[etcd.name] ?? []).map(async ({ file, minutesAgo }, i): Promise<readonly ClusterObject[]> => {
      const taken = new Date(now.getTime() - minutesAgo * minute);
      const backup = `${directory(etcd)}${backupName(taken, i + 1)}/`;
      const timestamp = String(Math.floor(taken.getTime() / 1000));
      const meta = { etcdVersion: etcd.version, timestamp, clusterSpec: clusterSpec(etcd) };
      return [
        [`${backup}etcd.backup.gz`, await readFile(new URL(file, snapshots))],
        [`${backup}_etcd_backup.meta`, json(meta)],
      ];
    }),
  );
  return objects.flat();
}

function directory({ name }: EtcdCluster): string {
  return `backups/etcd/${name}/`;
}

function backupName(taken: Date, sequence: number): string {
  return `${rfc3339(taken)}-${String(sequence).padStart(6, '0')}`;
}

function clusterSpec({ etcdMembers, version }: EtcdCluster): Readonly<Record<string, unknown>> {
  return { memberCount: etcdMembers.length, etcdVersion: version };
}

function nanoseconds(time: Date): string {
  return `${time.getTime()}000000`;
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

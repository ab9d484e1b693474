import { parseDuration } from '../duration.ts';
import type { StoredFile, StoreSubject } from '../rule.ts';
import { directoryHere, runningCluster } from './locations.ts';

/** Where etcd-manager keeps what belongs to one etcd cluster. */
export interface EtcdDirectory {
  /** `main`, `events`, … */
  readonly name: string;
  /** Relative to the cluster's prefix, ending in `/`. */
  readonly directory: string;
  readonly created: string;
  readonly spec: string;
  /** Members that the spec gives it. */
  readonly members: number;
  /** Milliseconds between two backups. */
  readonly interval: number;
}

/** One backup; whole when it has both files. */
export interface Backup {
  /** Relative to the cluster's prefix, ending in `/`. */
  readonly directory: string;
  readonly at: Date;
  readonly data: StoredFile | undefined;
  readonly meta: StoredFile | undefined;
}

export const minute = 60_000;
export const hour = 60 * minute;
/** Of etcd-manager, where the spec names no `backupInterval`. */
const defaultInterval = 15 * minute;

/** The etcd clusters of a cluster whose files lie below its prefix. */
export function etcdDirectories(subject: StoreSubject): readonly EtcdDirectory[] {
  return runningCluster(subject)
    .spec.at('etcdClusters')
    .items.flatMap((etcd) => {
      const name = etcd.at('name').text;
      if (name === undefined) {
        return [];
      }
      const directory = directoryHere(subject, etcd.at('backups', 'backupStore').text, `backups/etcd/${name}/`);
      const interval = parseDuration(etcd.at('manager', 'backupInterval').text ?? '');
      return directory === undefined
        ? []
        : {
            name,
            directory,
            created: `${directory}control/etcd-cluster-created`,
            spec: `${directory}control/etcd-cluster-spec`,
            members: etcd.at('etcdMembers').items.length,
            interval: interval === undefined || interval <= 0 ? defaultInterval : interval / 1e6,
          };
    });
}

/** The backups of an etcd cluster, oldest first. */
export function backupsOf({ files }: Pick<StoreSubject, 'files'>, { directory }: EtcdDirectory): readonly Backup[] {
  const found = new Map<string, { at: Date; data?: StoredFile; meta?: StoredFile }>();
  for (const [key, file] of files) {
    const [, name = '', time = '', part] =
      (key.startsWith(directory) && pattern.exec(key.slice(directory.length))) || [];
    const at = new Date(time);
    if (part !== undefined && !Number.isNaN(at.getTime())) {
      const backup = found.get(name) ?? { at };
      found.set(name, { ...backup, [part === 'etcd.backup.gz' ? 'data' : 'meta']: file });
    }
  }
  return [...found]
    .map(([name, { at, data, meta }]) => ({ directory: `${directory}${name}/`, at, data, meta }))
    .sort((a, b) => a.at.getTime() - b.at.getTime());
}

const pattern = /^((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)-\d+)\/(etcd\.backup\.gz|_etcd_backup\.meta)$/;

/** Whether a backup can be restored, as far as a listing tells. */
export function isWhole({ data, meta }: Backup): boolean {
  return meta !== undefined && data !== undefined && data.size > 0;
}

/** How long ago a file was written, in milliseconds; endless where the store does not say. */
export function ageOf(file: StoredFile, now: Date): number {
  return file.modifiedAt === undefined ? Number.POSITIVE_INFINITY : now.getTime() - file.modifiedAt.getTime();
}

import type { StoreProblem, StoreRule } from '../../rule.ts';
import { ageOf, type Backup, backupsOf, etcdDirectories, hour, isWhole, minute } from '../etcd-directories.ts';

const metaWithoutData: StoreRule = {
  id: 'BACKUP-META-WITHOUT-DATA',
  on: 'store',
  severity: 'error',
  title: 'Every backup that etcd-manager lists has its data.',
  explanation:
    'etcd-manager takes a backup to be there once `_etcd_backup.meta` is, which it writes last. Without `etcd.backup.gz`, or with an empty one, a restore of it fails. Bring the data back from an older version or a replica, or delete the meta.',
  *check(subject) {
    for (const etcd of etcdDirectories(subject)) {
      for (const backup of backupsOf(subject, etcd)) {
        if (backup.meta !== undefined && !isWhole(backup)) {
          const what = backup.data === undefined ? 'no etcd.backup.gz' : 'an etcd.backup.gz of 0 bytes';
          const detail = `the backup is listed, and has ${what}: a restore of it fails; bring the data back, or delete the meta`;
          yield { key: `${backup.directory}_etcd_backup.meta`, detail };
        }
      }
    }
  },
};

const dataWithoutMeta: StoreRule = {
  id: 'BACKUP-DATA-WITHOUT-META',
  on: 'store',
  severity: 'warning',
  title: 'The data of every backup has its meta.',
  explanation:
    'etcd-manager lists a backup by `_etcd_backup.meta`, which it writes after the data, so a backup without it is neither found by a restore nor ever deleted. Data that was written less than an hour ago is let alone. Bring the meta back from a replica, or delete the data.',
  *check(subject) {
    for (const etcd of etcdDirectories(subject)) {
      for (const { directory, data, meta } of backupsOf(subject, etcd)) {
        if (data !== undefined && meta === undefined && ageOf(data, subject.now) > hour) {
          const detail = 'the data of a backup has no _etcd_backup.meta: etcd-manager neither lists nor deletes it';
          yield { key: `${directory}etcd.backup.gz`, detail };
        }
      }
    }
  },
};

/** How many intervals may pass without a backup. */
const missedIntervals = 2;

const stale: StoreRule = {
  id: 'BACKUP-STALE',
  on: 'store',
  severity: 'warning',
  title: 'The newest backup of every etcd cluster is not older than two intervals.',
  explanation:
    'etcd-manager takes a backup every 15 minutes, or every `manager.backupInterval` of the etcd cluster. Where none has come for twice as long, the control plane is down, may no longer write to the store, or is fighting with another writer. A cluster that sleeps on purpose has stale backups too, and so has an old copy of a store.',
  *check(subject) {
    const { files, now } = subject;
    for (const etcd of etcdDirectories(subject)) {
      const newest = backupsOf(subject, etcd).findLast(isWhole);
      const created = files.get(etcd.created);
      const since = newest?.at ?? created?.modifiedAt;
      const age = since === undefined ? 0 : now.getTime() - since.getTime();
      if (age > missedIntervals * etcd.interval) {
        const name = JSON.stringify(etcd.name);
        const every = `one is due every ${spanOf(etcd.interval)}`;
        const detail =
          newest === undefined
            ? `etcd cluster ${name} has no whole backup, ${spanOf(age)} after it was created: ${every}`
            : `the newest whole backup of etcd cluster ${name} is ${spanOf(age)} old: ${every}`;
        yield { key: newest?.directory ?? etcd.directory, detail };
      }
    }
  },
};

/** How many backups before the newest say what size is usual, and how many it takes at least. */
const compared = 10;
const fewest = 3;

const sizeCollapse: StoreRule = {
  id: 'BACKUP-SIZE-COLLAPSE',
  on: 'store',
  severity: 'warning',
  title: 'The newest backup is not much smaller than those before it.',
  explanation:
    'etcd does not shrink by half from one backup to the next, unless it was defragmented, much was deleted, or it began anew and empty. In the last case the older backups are what is left of the cluster, and etcd-manager will delete them in time: copy them before anything else.',
  *check(subject) {
    for (const etcd of etcdDirectories(subject)) {
      const whole = backupsOf(subject, etcd).filter(isWhole);
      const sizes = whole.map(({ data }) => data?.size ?? 0);
      const newest = whole.at(-1);
      const usual = medianOf(sizes.slice(0, -1).slice(-compared));
      if (newest !== undefined && sizes.length > fewest && (sizes.at(-1) ?? 0) < usual / 2) {
        yield collapsed(newest, usual, Math.min(compared, sizes.length - 1));
      }
    }
  },
};

function collapsed({ directory, data }: Backup, usual: number, count: number): StoreProblem {
  const detail = `the newest backup has ${data?.size ?? 0} bytes, the ${count} before it ${usual} (median): if etcd began anew and empty, save the older backups before they are deleted`;
  return { key: `${directory}etcd.backup.gz`, detail };
}

export const backupRules: readonly StoreRule[] = [metaWithoutData, dataWithoutMeta, stale, sizeCollapse];

function medianOf(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** `20 minutes`, `3 hours`, `2 days`: as much as a person wants to know. */
function spanOf(milliseconds: number): string {
  const [size, unit] =
    milliseconds >= 48 * hour ? [24 * hour, 'days'] : milliseconds >= 2 * hour ? [hour, 'hours'] : [minute, 'minutes'];
  return `${Math.floor(milliseconds / size)} ${unit}`;
}

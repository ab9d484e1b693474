import type { StoreProblem, StoreRule, StoreSubject } from '../../rule.ts';
import { ageOf, backupsOf, type EtcdDirectory, etcdDirectories, hour } from '../etcd-directories.ts';
import { runningCluster } from '../locations.ts';

/** etcd-manager: `pkg/controller/controller.go`, which takes a cluster without the marker for a new one. */
const missing: StoreRule = {
  id: 'ETCD-CONTROL-MISSING',
  on: 'store',
  severity: 'error',
  title: 'Every etcd cluster that was started has its control files.',
  explanation:
    'etcd-manager knows by `control/etcd-cluster-created` that an etcd cluster exists. Without it, a control plane with empty disks starts a new and **empty** etcd instead of restoring a backup. Put the file back before any control plane machine is replaced: from an older version of it in the bucket, or from a replica. A cluster that was applied less than an hour ago is let alone, since its control plane may still be starting. `control/etcd-cluster-spec` says how many members there are; `kops update cluster --yes` writes it again.',
  *check(subject) {
    const directories = etcdDirectories(subject);
    const started = directories.find(({ created }) => subject.files.has(created));
    for (const etcd of directories) {
      yield* missingOf(subject, etcd, started);
    }
  },
};

/** `started` is an etcd cluster of the same cluster that was. */
function* missingOf(
  subject: StoreSubject,
  etcd: EtcdDirectory,
  started: EtcdDirectory | undefined,
): Iterable<StoreProblem> {
  const { files, applied, now } = subject;
  const spec = files.get(etcd.spec);
  if (files.has(etcd.created)) {
    if (spec === undefined) {
      const detail = `etcd cluster ${JSON.stringify(etcd.name)} was created, and etcd-cluster-spec, which says how many members it has, is absent: run kops update cluster --yes, which writes it`;
      yield { key: etcd.spec, detail };
    }
    return;
  }
  const backups = backupsOf(subject, etcd).filter(({ meta }) => meta !== undefined).length;
  const danger =
    'etcd-manager would take the cluster for a new one and start an empty etcd: put the file back from an older version or a replica before a control plane machine starts';
  if (backups > 0) {
    const count = `${backups} ${backups === 1 ? 'backup' : 'backups'} of etcd cluster ${JSON.stringify(etcd.name)}`;
    yield {
      key: etcd.created,
      detail: `there ${backups === 1 ? 'is' : 'are'} ${count}, but no etcd-cluster-created: ${danger}`,
    };
  } else if (applied !== undefined && spec !== undefined && ageOf(spec, now) > hour) {
    const detail = `the cluster was applied more than an hour ago, but etcd cluster ${JSON.stringify(etcd.name)} has no etcd-cluster-created: if it ever ran, ${danger}`;
    yield { key: etcd.created, detail };
  } else if (spec === undefined && wasApplied(subject, etcd)) {
    const detail = `the cluster was applied more than an hour ago, but of etcd cluster ${JSON.stringify(etcd.name)} there are neither control files nor backups: if it ever ran, ${danger}`;
    yield { key: etcd.created, detail };
  } else if (applied !== undefined && spec === undefined && started !== undefined) {
    const detail = `etcd cluster ${JSON.stringify(started.name)} was started, but of etcd cluster ${JSON.stringify(etcd.name)} there are neither control files nor backups: ${danger}`;
    yield { key: etcd.created, detail };
  }
}

/** kOps writes `etcd-cluster-spec` of each etcd cluster whenever it applies the cluster, and nobody ever removes it. */
function wasApplied({ applied, files, now }: StoreSubject, { name }: EtcdDirectory): boolean {
  const completed = files.get('cluster-completed.spec');
  const etcds = applied?.spec.at('etcdClusters').items ?? [];
  return completed !== undefined && ageOf(completed, now) > hour && etcds.some((etcd) => etcd.at('name').text === name);
}

const unreadable: StoreRule = {
  id: 'ETCD-CONTROL-UNREADABLE',
  on: 'store',
  severity: 'error',
  title: 'The control files of every etcd cluster can be read.',
  explanation:
    'etcd-manager stops at a control file that it cannot read, and the control plane does not come up. `etcd-cluster-created` is JSON with a `timestamp`, `etcd-cluster-spec` is JSON with `memberCount` and `etcdVersion`. Restore an older version of the file.',
  *check(subject) {
    for (const { created, spec } of etcdDirectories(subject)) {
      const marker = subject.texts.get(created);
      if (marker !== undefined && !isPositive(fieldsOf(marker)?.['timestamp'])) {
        yield { key: created, detail: 'this is no JSON object with a timestamp: restore an older version of the file' };
      }
      const text = subject.texts.get(spec);
      if (text !== undefined && membersOf(text) === undefined) {
        const detail =
          'this is no JSON object with memberCount and etcdVersion: run kops update cluster --yes, which writes it';
        yield { key: spec, detail };
      }
    }
  },
};

const members: StoreRule = {
  id: 'ETCD-CONTROL-MEMBERS',
  on: 'store',
  severity: 'warning',
  title: 'etcd-manager runs as many members as the applied spec has.',
  explanation:
    'The number in `control/etcd-cluster-spec` is what etcd-manager works towards. Where it is not that of the spec that was applied last, the file comes from another time or another cluster. `kops update cluster --yes` writes it again.',
  *check(subject) {
    const isApplied = runningCluster(subject) === subject.applied;
    for (const { name, spec, members: expected } of isApplied ? etcdDirectories(subject) : []) {
      const count = membersOf(subject.texts.get(spec) ?? '');
      if (count !== undefined && count !== expected) {
        const detail = `memberCount is ${count}, but etcd cluster ${JSON.stringify(name)} of the applied spec has ${expected}: run kops update cluster --yes, or find out where the file comes from`;
        yield { key: spec, detail };
      }
    }
  },
};

const command: StoreRule = {
  id: 'ETCD-COMMAND-WAITING',
  on: 'store',
  severity: 'error',
  title: 'No command to etcd-manager lies in wait.',
  explanation:
    'A `_command.json` tells etcd-manager to restore a backup over what etcd holds, whenever it next looks: one that was forgotten, or copied from elsewhere, replaces the data of a healthy cluster. etcd-manager deletes it once it is done. Delete it, unless a restore is under way right now.',
  *check({ files }) {
    for (const key of files.keys()) {
      if (/(?:^|\/)control\/(?:.+\/)?_command\.json$/.test(key)) {
        const detail =
          'a command to etcd-manager lies here, and is carried out when it next looks: delete it, unless a restore is under way right now';
        yield { key, detail };
      }
    }
  },
};

export const etcdControlRules: readonly StoreRule[] = [missing, unreadable, members, command];

function fieldsOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

/** The JSON of protocol buffers writes numbers of 64 bits as texts. */
function isPositive(value: unknown): boolean {
  return (typeof value === 'number' || typeof value === 'string') && Number(value) > 0;
}

function membersOf(text: string): number | undefined {
  const { memberCount, etcdVersion } = fieldsOf(text) ?? {};
  return isPositive(memberCount) && typeof etcdVersion === 'string' && etcdVersion !== ''
    ? Number(memberCount)
    : undefined;
}

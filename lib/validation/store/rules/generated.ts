import { createHash } from 'node:crypto';
import type { StoreRule } from '../../rule.ts';
import { isAtLeast } from '../../versions.ts';
import { channelKey, manifestsOf } from '../addon-manifests.ts';
import { minute } from '../etcd-directories.ts';
import { directoryHere } from '../locations.ts';

/** `update` reads what it then writes, and a copy of a store is made in any order: so much means nothing. */
const tolerance = minute;

const editedNotApplied: StoreRule = {
  id: 'EDITED-NOT-APPLIED',
  on: 'store',
  severity: 'info',
  title: 'What was edited was applied.',
  explanation:
    'A file of the configuration is newer than `cluster-completed.spec`, which `kops update cluster --yes` writes: what was edited has had no effect so far, and takes effect with the next update, whoever runs it and for whatever reason. Times are those of the store, so in a copy they may mean nothing.',
  *check({ files }) {
    const applied = files.get('cluster-completed.spec')?.modifiedAt;
    for (const [key, { modifiedAt }] of files) {
      const isConfiguration = key === 'config' || /^(?:instancegroup|clusteraddons)\/[^/]+$/.test(key);
      if (isConfiguration && applied && modifiedAt && modifiedAt.getTime() - applied.getTime() > tolerance) {
        const detail = `edited ${timeOf(modifiedAt)}, and applied last ${timeOf(applied)}: kops update cluster shows what it would change`;
        yield { key, detail };
      }
    }
  },
};

/** kOps (`addonmanifest.go`) writes the hash of the bytes that it stores; kops-channels applies a manifest when its hash changes. */
const manifestHash: StoreRule = {
  id: 'MANIFEST-HASH',
  on: 'store',
  severity: 'error',
  title: 'Every add-on manifest is the one that the channel names.',
  explanation:
    "`addons/bootstrap-channel.yaml` gives the SHA-256 of each manifest beside it. The control plane applies a manifest when that changes, without comparing: one that is missing stops the add-ons, and one of another content is applied as it is. Either a copy of the store is torn, or somebody edited what kOps generates: `kops update cluster --yes` writes both again. What shall last goes into the cluster's additional objects.",
  *check(subject) {
    if (directoryHere(subject, undefined, 'addons/') === undefined) {
      return;
    }
    for (const { key, hash } of manifestsOf(subject.texts)) {
      const text = subject.texts.get(key);
      if (!subject.files.has(key)) {
        yield {
          key,
          detail: 'bootstrap-channel.yaml names this manifest, and it is absent: run kops update cluster --yes',
        };
      } else if (hash !== undefined && text !== undefined && sha256(text) !== hash) {
        const detail = `its SHA-256 is ${sha256(text)}, but bootstrap-channel.yaml names ${hash}: run kops update cluster --yes, which writes both`;
        yield { key, detail };
      }
    }
  },
};

const channelMissing: StoreRule = {
  id: 'CHANNEL-MISSING',
  on: 'store',
  severity: 'error',
  title: 'The manifests of add-ons have the channel that names them.',
  explanation:
    'The control plane finds the add-ons by `addons/bootstrap-channel.yaml`, among them those without which no machine joins: networking, DNS, kops-controller. Without it none is applied any more, and a cluster that is built anew gets none. `kops update cluster --yes` writes it again. Clusters that were never applied, and stores without any add-on, are let alone.',
  *check(subject) {
    const directory = directoryHere(subject, undefined, 'addons/');
    const isAny = directory !== undefined && [...subject.files.keys()].some((key) => key.startsWith(directory));
    if (isAny && subject.applied !== undefined && !subject.files.has(channelKey)) {
      const detail = `the manifests of add-ons are there, and the channel that names them is absent: run kops update cluster --yes, which writes it again`;
      yield { key: channelKey, detail };
    }
  },
};

const etcdManifest: StoreRule = {
  id: 'ETCD-MANIFEST-MISSING',
  on: 'store',
  severity: 'error',
  title: 'Every member of an etcd cluster has the manifest that starts it.',
  explanation:
    'A control plane machine fetches `manifests/etcd/<etcd cluster>-<instance group>.yaml` when it starts; without it the machine does not come up, or comes up without its member. `kops update cluster --yes` writes it again. Clusters that were never applied, or last by a kOps before 1.25, and stores without any such manifest are let alone.',
  *check(subject) {
    const directory = directoryHere(subject, undefined, 'manifests/etcd/');
    const { applied, files, kopsVersion } = subject;
    if (
      directory === undefined ||
      applied === undefined ||
      (kopsVersion !== undefined && !isAtLeast(kopsVersion, 1, 25)) ||
      ![...files.keys()].some((key) => key.startsWith(directory))
    ) {
      return;
    }
    for (const etcd of applied.spec.at('etcdClusters').items) {
      for (const member of etcd.at('etcdMembers').items) {
        const [name, group] = [etcd.at('name').text, member.at('instanceGroup').text];
        const key = `${directory}${name}-${group}.yaml`;
        if (name !== undefined && group !== undefined && !files.has(key)) {
          const detail = `the member of etcd cluster ${JSON.stringify(name)} in instance group ${JSON.stringify(group)} has no manifest: run kops update cluster --yes, which writes it`;
          yield { key, detail };
        }
      }
    }
  },
};

export const generatedRules: readonly StoreRule[] = [editedNotApplied, channelMissing, manifestHash, etcdManifest];

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function timeOf(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}

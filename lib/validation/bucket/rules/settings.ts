import { knownValue, type Retention } from '../../../vfs/bucket-settings.ts';
import type { BucketRule } from '../../rule.ts';

const versioning: BucketRule = {
  id: 'BUCKET-VERSIONING',
  on: 'bucket',
  severity: 'warning',
  title: 'The bucket keeps older versions of its objects.',
  explanation:
    "kOps has no lock and no undo: the last writer wins, and what is deleted is gone. In a bucket with versions the way back is always open, which is why kOps's documentation asks for them. Backups of etcd are no reason not to: etcd-manager deletes all versions of what it prunes.",
  *check({ settings }) {
    if (settings.versioning.kind === 'absent') {
      const detail =
        'versioning is off: what is deleted or written over by mistake cannot be brought back; switch it on';
      yield { detail };
    } else if (knownValue(settings.versioning) === 'suspended') {
      const detail =
        'versioning is suspended: what is written over now is not kept, only older versions from before are; switch it on';
      yield { detail };
    }
  },
};

/** etcd-manager deletes the versions of what it prunes: kubernetes-sigs/etcd-manager#18. */
const objectLock: BucketRule = {
  id: 'BUCKET-OBJECT-LOCK',
  on: 'bucket',
  severity: 'error',
  title: 'The bucket of a living cluster does not keep its objects from being deleted.',
  explanation:
    'etcd-manager deletes every version of the backups that it prunes. Where Object Lock forbids it, it tries again and again, and the requests are paid for. On Google Cloud, a retention policy or a hold also forbids to write over an object, so that kOps cannot change a cluster. Locked copies belong into a replica: `statesync doctor --role destination` lets Object Lock alone, since replicating never deletes a version.',
  *check({ settings, role }) {
    const retention = knownValue(settings.retention);
    if (retention !== undefined && !retention.takesNewVersions) {
      const detail = `${retentionText(retention)}: nothing can be written over or deleted before, so kOps cannot change a cluster; take it off, and keep locked copies elsewhere`;
      yield { detail };
    } else if (retention !== undefined && role === 'source') {
      const detail = `${retentionText(retention)}: etcd-manager cannot prune its backups, and tries again without end; take the default retention off, and lock a replica instead`;
      yield { detail };
    }
  },
};

function retentionText({ mode, days }: Retention): string {
  return `every new object is kept ${days === undefined ? 'until it is released' : `for ${days} days`} (${mode})`;
}

const encryption: BucketRule = {
  id: 'BUCKET-UNENCRYPTED',
  on: 'bucket',
  severity: 'warning',
  title: 'The bucket encrypts what is stored in it.',
  explanation:
    'A store holds the private keys of its clusters, and with the backups of etcd all their secrets. Amazon S3 and Google Cloud Storage always encrypt. A compatible store without a default encryption writes them to its disks as they are, unless it encrypts the disks themselves, which it does not say.',
  *check({ settings }) {
    if (settings.encryption.kind === 'absent') {
      const detail =
        'there is no default encryption: private keys and secrets lie on the disks as they are, unless the disks are encrypted; set one';
      yield { detail };
    }
  },
};

export const settingRules: readonly BucketRule[] = [versioning, objectLock, encryption];

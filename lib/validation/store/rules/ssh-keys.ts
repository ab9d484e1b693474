import { type Cloud, cloudOf } from '../../cluster-facts.ts';
import type { StoreRule, StoreSubject } from '../../rule.ts';
import { keyStoreDirectory } from '../keysets.ts';
import { sshKeyDirectory, sshKeysOf } from '../ssh-keys.ts';

const unreadable: StoreRule = {
  id: 'SSH-KEY-UNREADABLE',
  on: 'store',
  severity: 'error',
  title: 'Every SSH key is one.',
  explanation:
    'kOps gives what lies in `pki/ssh/public/admin/` to the cloud, or to the machines, as the key of their user. It must be a line as in `authorized_keys`: kind, key in base64, comment. Delete the file, and create the key again with `kops create sshpublickey`.',
  *check(subject) {
    for (const { key, fingerprint } of sshKeysOf(subject)) {
      if (fingerprint === undefined) {
        yield {
          key,
          detail: 'this is no SSH public key: delete the file, and create the key with kops create sshpublickey',
        };
      }
    }
  },
};

/** kOps: `VFSCAStore.AddSSHPublicKey`; its `mirrorSSHCredential` keeps the colons (upup/pkg/fi/vfs_castore.go). */
const misnamed: StoreRule = {
  id: 'SSH-KEY-NAME',
  on: 'store',
  severity: 'warning',
  title: 'The file of an SSH key is named by its fingerprint.',
  explanation:
    'kOps names the file by the MD5 of the key. Under another name the content was exchanged, and `kops create sshpublickey` with the same key puts a second file beside it, of which most clouds allow none. Delete the file, and create the key anew.',
  *check(subject) {
    for (const { key, id, fingerprint } of sshKeysOf(subject)) {
      if (fingerprint !== undefined && id.replaceAll(':', '') !== fingerprint) {
        yield { key, detail: `the fingerprint of this SSH key is ${fingerprint}, which must be its name` };
      }
    }
  },
};

/** What kOps calls the clouds that need exactly one key (upup/pkg/fi/cloudup/apply_cluster.go). */
const exactlyOne: Readonly<Partial<Record<Cloud, string>>> = {
  azure: 'AzureCloud',
  openstack: 'Openstack',
  scaleway: 'Scaleway',
};

const count: StoreRule = {
  id: 'SSH-KEY-COUNT',
  on: 'store',
  severity: 'error',
  title: 'There are as many SSH keys as the cloud takes.',
  explanation:
    '`kops update cluster` refuses a second key on AWS, Azure, OpenStack and Scaleway; on all of these but AWS, and on DigitalOcean unless `sshKeyName` is given, it refuses to go on without one. Delete all with `kops delete sshpublickey`, and create the right one with `kops create sshpublickey`. A cluster that was applied, and whose store has no key of any kind, is let alone.',
  *check(subject) {
    const directory = sshKeyDirectory(subject);
    const detail = directory === undefined ? undefined : whyCount(subject, filesIn(subject, directory).length);
    if (directory !== undefined && detail !== undefined) {
      yield { key: directory, detail };
    }
  },
};

function whyCount(subject: StoreSubject, found: number): string | undefined {
  const { cluster, applied } = subject;
  const cloud = cloudOf(cluster);
  const needing = cloud === undefined ? undefined : exactlyOne[cloud];
  const isNamed = cluster.spec.at('sshKeyName').text !== undefined;
  const name = needing ?? (cloud === 'do' && !isNamed ? 'DigitalOcean' : undefined);
  const isKnown = applied === undefined || filesIn(subject, keyStoreDirectory(subject) ?? '').length > 0;
  if (found === 0 && name !== undefined && isKnown) {
    return `SSH public key must be specified when running with ${name} (create with kops create sshpublickey)`;
  }
  const one = needing ?? (cloud === 'aws' ? 'AWS' : undefined);
  return found > 1 && one !== undefined
    ? `exactly one 'admin' SSH public key can be specified when running with ${one}, and there are ${found}: delete all but one`
    : undefined;
}

function filesIn({ files }: StoreSubject, directory: string): readonly string[] {
  return [...files.keys()].filter((key) => key.startsWith(directory) && !key.endsWith('/'));
}

export const sshKeyRules: readonly StoreRule[] = [unreadable, misnamed, count];

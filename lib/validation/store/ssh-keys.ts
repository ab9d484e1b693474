import { createHash } from 'node:crypto';
import type { StoreSubject } from '../rule.ts';
import { keyStoreDirectory } from './keysets.ts';

/** Keys of these kinds can be read by kOps (golang.org/x/crypto/ssh, `ParsePublicKey`). */
const kinds =
  /^(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp(?:256|384|521)|sk-(?:ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com)(?:-cert-v01@openssh\.com)?$/;

/** An SSH key of kOps's user `admin`. */
export interface SshKey {
  /** Relative to the cluster's prefix. */
  readonly key: string;
  /** The name of its file. */
  readonly id: string;
  /** MD5 of the key in hexadecimal digits; undefined where the file holds no key. */
  readonly fingerprint: string | undefined;
}

/** Where the SSH keys of a cluster lie, ending in `/`; undefined where that is not below its prefix. */
export function sshKeyDirectory(subject: StoreSubject): string | undefined {
  const directory = keyStoreDirectory(subject);
  return directory && `${directory}ssh/public/admin/`;
}

/** The SSH keys that kOps finds (`VFSCAStore.FindSSHPublicKeys`), without those too large to be one. */
export function sshKeysOf(subject: StoreSubject): readonly SshKey[] {
  const directory = sshKeyDirectory(subject);
  return directory === undefined
    ? []
    : [...subject.texts].flatMap(([key, text]) => {
        const id = key.startsWith(directory) ? key.slice(directory.length) : '';
        return id === '' || id.includes('/') ? [] : { key, id, fingerprint: fingerprintOf(text) };
      });
}

/** kOps: `sshcredentials.Fingerprint` (pkg/sshcredentials/fingerprint.go), of the first line that holds a key. */
function fingerprintOf(text: string): string | undefined {
  for (const line of text.split('\n')) {
    const words = line.trim().split(/\s+/);
    const index = line.trim().startsWith('#') ? -1 : words.findIndex((word) => kinds.test(word));
    const wire = Buffer.from(words[index + 1] ?? '', 'base64');
    if (index >= 0 && kindOf(wire) === words[index]) {
      return createHash('md5').update(wire).digest('hex');
    }
  }
  return undefined;
}

/** A key begins with the length of its kind, and the kind. */
function kindOf(wire: Buffer): string | undefined {
  return wire.length < 4 ? undefined : wire.subarray(4, 4 + wire.readUInt32BE()).toString('latin1');
}

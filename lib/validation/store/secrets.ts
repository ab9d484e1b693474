import type { StoreSubject } from '../rule.ts';
import { directoryHere, runningCluster } from './locations.ts';

/** Where the secrets of a cluster lie, ending in `/`; undefined where that is not below its prefix. */
export function secretDirectory(subject: StoreSubject): string | undefined {
  return directoryHere(subject, runningCluster(subject).spec.at('configStore', 'secrets').text, 'secrets/');
}

/** The secret by which the API server encrypts what it keeps in etcd; undefined where it is absent, or does not lie here. */
export function encryptionSecret(subject: StoreSubject): EncryptionSecret | undefined {
  const directory = secretDirectory(subject);
  const key = `${directory}encryptionconfig`;
  const text = directory === undefined ? undefined : subject.texts.get(key);
  const data = text === undefined ? undefined : secretIn(text);
  return text === undefined ? undefined : { key, data: data === undefined || data.length === 0 ? undefined : data };
}

export interface EncryptionSecret {
  /** Relative to the cluster's prefix. */
  readonly key: string;
  /** Undefined where kOps cannot read the secret. */
  readonly data: Buffer | undefined;
}

/**
 * What is in the text of a secret; undefined where kOps cannot read it. `null` is how it writes a secret without content.
 * kOps: `VFSSecretStoreReader.loadSecret` (upup/pkg/fi/secrets/vfs_secretstorereader.go).
 */
export function secretIn(text: string): Buffer | undefined {
  try {
    const { Data: data } = JSON.parse(text) as { readonly Data?: unknown };
    const base64 = data === null ? '' : data;
    return typeof base64 === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(base64)
      ? Buffer.from(base64, 'base64')
      : undefined;
  } catch {
    return undefined;
  }
}

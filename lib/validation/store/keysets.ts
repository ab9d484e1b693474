import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isMapping, readYamlDocuments } from '../../kops/yaml-documents.ts';
import type { StoreSubject } from '../rule.ts';
import { directoryHere, runningCluster } from './locations.ts';
import { oncePerSubject } from './once-per-subject.ts';

/** A keyset of kOps, as far as it can be read. */
export interface StoredKeyset {
  readonly name: string;
  /** Relative to the cluster's prefix. */
  readonly key: string;
  readonly primaryId: string | undefined;
  readonly items: readonly KeysetItem[];
}

export interface KeysetItem {
  readonly id: string;
  readonly isDistrusted: boolean;
  /** Undefined where there is none; `unreadable` where there is something else in its place. */
  readonly certificate: X509Certificate | 'unreadable' | undefined;
  /** Whether the private key is that of the certificate; undefined where one of the two is absent. */
  readonly isMatched: boolean | undefined;
}

/** Where keysets and SSH keys of a cluster lie, ending in `/`; undefined where that is not below its prefix. */
export function keyStoreDirectory(subject: StoreSubject): string | undefined {
  return directoryHere(subject, runningCluster(subject).spec.at('configStore', 'keypairs').text, 'pki/');
}

/** Where the keysets of a cluster lie, ending in `/`; undefined where that is not below its prefix. */
export function keysetDirectory(subject: StoreSubject): string | undefined {
  const directory = keyStoreDirectory(subject);
  return directory && `${directory}private/`;
}

/** The keysets of a cluster. Those that are no keysets are in the list without items. */
export const keysetsOf: (subject: StoreSubject) => readonly StoredKeyset[] = oncePerSubject((subject) => {
  const directory = keysetDirectory(subject);
  return directory === undefined
    ? []
    : [...subject.texts].flatMap(([key, text]) => {
        const [, name] =
          (key.startsWith(directory) && /^([^/]+)\/keyset\.yaml$/.exec(key.slice(directory.length))) || [];
        return name === undefined ? [] : readKeyset(name, key, text);
      });
});

/** Names under which kOps looks for a keyset that it does not find under its own (`vfs_keystorereader.go`). */
const olderNames: Readonly<Record<string, string>> = { 'kubernetes-ca': 'ca', 'service-account': 'master' };

/** The keyset that kOps finds by a name. */
export function keysetNamed(subject: StoreSubject, name: string): StoredKeyset | undefined {
  const keysets = keysetsOf(subject);
  return keysets.find((keyset) => keyset.name === name) ?? keysets.find((keyset) => keyset.name === olderNames[name]);
}

/** The certificates of a keyset's trusted keys; undefined where one of them cannot be read, which a rule of its own says. */
export function trustedItems({ items }: StoredKeyset): readonly CertifiedItem[] | undefined {
  const trusted = items.filter(({ isDistrusted, certificate }) => !isDistrusted && certificate !== undefined);
  const certified = trusted.filter(isCertified);
  return certified.length === trusted.length ? certified : undefined;
}

/** A key whose certificate can be read. */
export interface CertifiedItem extends KeysetItem {
  readonly certificate: X509Certificate;
}

function isCertified(item: KeysetItem): item is CertifiedItem {
  return item.certificate instanceof X509Certificate;
}

/** The key that kOps uses: the one that `primaryId` names, else the one of the highest number that is trusted. */
export function primaryOf({ primaryId, items }: StoredKeyset): KeysetItem | undefined {
  const trusted = items.filter(({ isDistrusted }) => !isDistrusted);
  const numbered = trusted.filter(({ id }) => /^\d+$/.test(id));
  return (
    trusted.find(({ id }) => id === primaryId) ??
    numbered.reduce<KeysetItem | undefined>(
      (highest, item) => (highest === undefined || BigInt(item.id) > BigInt(highest.id) ? item : highest),
      undefined,
    )
  );
}

/**
 * Whether a keyset says which key is its primary one: it names a trusted key, or has no choice. kOps itself takes the highest number where a
 * keyset names none, or one that it has not.
 */
export function isPrimaryTold({ primaryId, items }: StoredKeyset): boolean {
  const trusted = items.filter(({ isDistrusted }) => !isDistrusted);
  return primaryId === undefined
    ? trusted.filter(({ certificate }) => certificate !== undefined).length <= 1
    : trusted.some(({ id }) => id === primaryId);
}

function readKeyset(name: string, key: string, text: string): StoredKeyset {
  const result = readYamlDocuments(text);
  const [keyset] = result.kind === 'documents' ? result.documents : [];
  const spec = isMapping(keyset) && isMapping(keyset['spec']) ? keyset['spec'] : {};
  const { keys, primaryId } = spec;
  return {
    name,
    key,
    primaryId: primaryId === undefined || primaryId === null || primaryId === '' ? undefined : String(primaryId),
    items: (Array.isArray(keys) ? keys : []).filter(isMapping).map(readItem),
  };
}

function readItem(item: Readonly<Record<string, unknown>>): KeysetItem {
  const certificate = certificateOf(item['publicMaterial']);
  const privateMaterial = item['privateMaterial'];
  return {
    id: String(item['id'] ?? ''),
    isDistrusted: item['distrustTimestamp'] !== undefined && item['distrustTimestamp'] !== null,
    certificate,
    isMatched:
      certificate instanceof X509Certificate && typeof privateMaterial === 'string' && privateMaterial !== ''
        ? isKeyOf(privateMaterial, certificate)
        : undefined,
  };
}

function certificateOf(material: unknown): KeysetItem['certificate'] {
  if (typeof material !== 'string' || material === '') {
    return undefined;
  }
  try {
    return new X509Certificate(Buffer.from(material, 'base64'));
  } catch {
    return 'unreadable';
  }
}

function isKeyOf(material: string, certificate: X509Certificate): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(Buffer.from(material, 'base64')));
  } catch {
    return false;
  }
}

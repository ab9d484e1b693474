import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isMapping, readYamlDocuments } from '../../kops/yaml-documents.ts';
import type { StoreSubject } from '../rule.ts';
import { directoryHere, runningCluster } from './locations.ts';

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

/** Where the keysets of a cluster lie, ending in `/`; undefined where that is not below its prefix. */
export function keysetDirectory(subject: StoreSubject): string | undefined {
  const url = runningCluster(subject).spec.at('configStore', 'keypairs').text;
  const directory = directoryHere(subject, url, 'pki/');
  return directory && `${directory}private/`;
}

/** The keysets of a cluster that are no keysets are in the list without items. */
export function keysetsOf(subject: StoreSubject): readonly StoredKeyset[] {
  const directory = keysetDirectory(subject);
  return directory === undefined
    ? []
    : [...subject.texts].flatMap(([key, text]) => {
        const [, name] =
          (key.startsWith(directory) && /^([^/]+)\/keyset\.yaml$/.exec(key.slice(directory.length))) || [];
        return name === undefined ? [] : readKeyset(name, key, text);
      });
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

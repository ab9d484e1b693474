import { X509Certificate } from 'node:crypto';
import type { KopsObject } from '../../kops-object.ts';
import { readManifest } from '../../manifest/read-manifest.ts';
import type { StoreProblem, StoreRule, StoreSubject } from '../../rule.ts';
import { isAtLeast } from '../../versions.ts';
import { hour } from '../etcd-directories.ts';
import {
  isPrimaryTold,
  type KeysetItem,
  keysetDirectory,
  keysetsOf,
  primaryOf,
  type StoredKeyset,
} from '../keysets.ts';
import { runningCluster } from '../locations.ts';

/** kOps: `Keyset.validate` (upup/pkg/fi/vfs_castore.go). A private key may be absent in a copy that leaves them out. */
const primary: StoreRule = {
  id: 'KEYSET-PRIMARY',
  on: 'store',
  severity: 'error',
  title: 'Every keyset has a primary key that is trusted and has a certificate.',
  explanation:
    'kOps issues with the primary key of a keyset, and the control plane starts with it. A keyset without one makes kOps refuse or crash, and machines do not start; where several keys are trusted and none of them is named, or one that is not there, kOps takes the one of the highest number, which may be one that no machine trusts yet. `kops promote keypair` makes another key the primary one; else restore an older version of the file.',
  *check(subject) {
    for (const keyset of keysetsOf(subject)) {
      const wrong = whyNoPrimary(keyset);
      if (wrong !== undefined) {
        yield { key: keyset.key, detail: wrong, ...placeOfPrimary(subject, keyset) };
      }
    }
  },
};

/** Where the keyset names its primary key, or should; none in what is no keyset. */
function placeOfPrimary({ texts }: StoreSubject, { key, items }: StoredKeyset): Pick<StoreProblem, 'range'> {
  const [document] = items.length === 0 ? [] : readManifest(texts.get(key) ?? '', key).documents;
  return document === undefined ? {} : { range: document.rangeOf(['spec', 'primaryId']) };
}

function whyNoPrimary(keyset: StoredKeyset): string | undefined {
  const { primaryId, items } = keyset;
  const id = JSON.stringify(primaryId);
  const named = items.find((item) => item.id === primaryId);
  if (items.length === 0) {
    return 'this is no keyset with keys: restore an older version of the file';
  }
  if (primaryId !== undefined && named === undefined) {
    return `keyset's primary id ${id} not present in items: restore an older version of the file, or promote a key`;
  }
  if (named?.isDistrusted === true) {
    return `keyset's primary id ${id} must not be distrusted: promote another key`;
  }
  const used = primaryOf(keyset);
  if (used === undefined) {
    return 'keyset must have a primary key: none of its keys is trusted and has a number for its id';
  }
  if (used.certificate === undefined) {
    return `keyset's primary id ${JSON.stringify(used.id)} must have a certificate: restore an older version of the file`;
  }
  return isPrimaryTold(keyset)
    ? undefined
    : `keyset names no primary key, and has several: kOps would take ${JSON.stringify(used.id)}, which has the highest number; restore an older version of the file, or promote a key`;
}

const certificate: StoreRule = {
  id: 'KEYSET-CERTIFICATE',
  on: 'store',
  severity: 'error',
  title: 'The certificates of keysets are readable, valid, signed by whom they name, and match their keys.',
  explanation:
    'With a certificate that has expired, does not match its private key, or was not signed by its issuer, machines do not join and components do not trust each other. Rotate the keyset (`kops create keypair`, `promote`, `distrust`), or restore the version of the file that goes with the others. Keys that are distrusted are passed over, and so is the expiry of service-account keys, which nobody checks.',
  *check(subject) {
    const keysets = keysetsOf(subject);
    const authorities = keysets.flatMap(({ items }) => items.map((item) => item.certificate).filter(isCertificate));
    for (const keyset of keysets) {
      for (const item of keyset.items.filter(({ isDistrusted }) => !isDistrusted)) {
        const wrong =
          whyUnfit(item, authorities) ??
          (item === primaryOf(keyset) ? whyExpired(keyset, item, subject.now) : undefined);
        if (wrong !== undefined) {
          yield { key: keyset.key, detail: `key ${JSON.stringify(item.id)}: ${wrong}` };
        }
      }
    }
  },
};

function whyUnfit(item: KeysetItem, authorities: readonly X509Certificate[]): string | undefined {
  if (item.certificate === 'unreadable') {
    return 'its certificate cannot be read: restore an older version of the file';
  }
  if (item.isMatched === false) {
    return 'its private key is not that of its certificate: restore an older version of the file, or rotate the keyset';
  }
  return item.certificate !== undefined && !isSigned(item.certificate, authorities)
    ? 'its certificate names an issuer of this store that did not sign it: the keysets come from different times or clusters'
    : undefined;
}

/** A certificate whose issuer is not in the store is taken as it is. */
function isSigned(leaf: X509Certificate, authorities: readonly X509Certificate[]): boolean {
  const isSelfSigned = leaf.issuer === leaf.subject;
  const issuers = isSelfSigned ? [leaf] : authorities.filter(({ subject }) => subject === leaf.issuer);
  return issuers.length === 0 || issuers.some(({ publicKey }) => leaf.verify(publicKey));
}

function whyExpired(keyset: StoredKeyset, { certificate: found }: KeysetItem, now: Date): string | undefined {
  const end = expiryOf(keyset, found);
  return end !== undefined && end <= now.getTime()
    ? `its certificate expired on ${dayOf(end)}: rotate the keyset`
    : undefined;
}

/** How long before its end an expiry is worth a warning. */
const horizon = 30 * 24 * hour;

const expiring: StoreRule = {
  id: 'KEYSET-EXPIRING',
  on: 'store',
  severity: 'warning',
  title: 'No certificate of a keyset expires within 30 days.',
  explanation:
    'Rotating a certificate authority takes several updates of the whole cluster, and time for every machine to be replaced. Begin now: `kops create keypair`, then `promote`, then `distrust`, with a rolling update after each.',
  *check(subject) {
    for (const keyset of keysetsOf(subject)) {
      const end = expiryOf(keyset, primaryOf(keyset)?.certificate);
      const left = end === undefined ? Number.POSITIVE_INFINITY : end - subject.now.getTime();
      if (end !== undefined && left > 0 && left <= horizon) {
        yield {
          key: keyset.key,
          detail: `the primary certificate expires on ${dayOf(end)}: begin to rotate the keyset`,
        };
      }
    }
  },
};

const missing: StoreRule = {
  id: 'KEYSET-MISSING',
  on: 'store',
  severity: 'error',
  title: 'A store that has keysets has all that the cluster needs.',
  explanation:
    'The next `kops update cluster --yes` replaces a missing keyset, without a word, by a new one that no machine trusts, and the cluster breaks: a part of the keysets is worse than none. Restore the missing one before any update. Clusters that were never applied, or last by a kOps before 1.22, and stores without any keyset are let alone: copies without keys are made on purpose.',
  *check(subject) {
    const directory = keysetDirectory(subject);
    const { files, applied, kopsVersion } = subject;
    const isThere = (name: string): boolean => files.has(`${directory}${name}/keyset.yaml`);
    const isAny = directory !== undefined && [...files.keys()].some((key) => isKeysetIn(directory, key));
    if (!isAny || applied === undefined || (kopsVersion !== undefined && !isAtLeast(kopsVersion, 1, 22))) {
      return;
    }
    for (const [name = '', ...older] of neededKeysets(runningCluster(subject))) {
      if (![name, ...older].some(isThere)) {
        const detail =
          'this keyset is absent, while others are there: kops update cluster would replace it by a new one that no machine trusts; restore it first';
        yield { key: `${directory}${name}/keyset.yaml`, detail };
      }
    }
  },
};

/** Names of keysets, each followed by the older names that kOps takes instead. */
function neededKeysets({ spec }: KopsObject): readonly (readonly string[])[] {
  const names = spec.at('etcdClusters').items.flatMap((etcd) => etcd.at('name').text ?? []);
  const discovery = spec.at('serviceAccountIssuerDiscovery', 'discoveryService', 'url').text;
  return [
    ['kubernetes-ca', 'ca'],
    ['apiserver-aggregator-ca'],
    ['service-account', 'master'],
    ['etcd-clients-ca'],
    ...names.flatMap((name) => [[`etcd-manager-ca-${name}`], [`etcd-peers-ca-${name}`]]),
    ...(names.includes('cilium') ? [['etcd-clients-ca-cilium']] : []),
    ...(discovery === undefined ? [] : [['discovery-ca']]),
  ];
}

export const keysetRules: readonly StoreRule[] = [primary, certificate, expiring, missing];

function isKeysetIn(directory: string, key: string): boolean {
  return key.startsWith(directory) && key.endsWith('/keyset.yaml');
}

function isCertificate(found: KeysetItem['certificate']): found is X509Certificate {
  return found instanceof X509Certificate;
}

/** Nobody looks at the dates of the certificate that goes with a service-account key: only its public key counts. */
function expiryOf({ name }: StoredKeyset, found: KeysetItem['certificate']): number | undefined {
  const end = isCertificate(found) && name !== 'service-account' ? Date.parse(found.validTo) : Number.NaN;
  return Number.isNaN(end) ? undefined : end;
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

import { createHash, X509Certificate } from 'node:crypto';
import type { StoreProblem, StoreRule, StoreSubject } from '../../rule.ts';
import {
  type CertifiedItem,
  isPrimaryTold,
  keysetNamed,
  primaryOf,
  type StoredKeyset,
  trustedItems,
} from '../keysets.ts';
import { type NodeConfigFields, nodeConfigsOf } from '../node-configs.ts';
import { encryptionSecret } from '../secrets.ts';

const restore = 'restore the version of the keyset that goes with it';

/** nodeup: `buildCertificatePairTask` (nodeup/pkg/model/context.go): `did not find keypair ID for NAME`. */
const unknownKeys: StoreRule = {
  id: 'NODE-CONFIG-KEYS',
  on: 'store',
  severity: 'error',
  title: 'The keys and certificates of node configuration are in the keysets.',
  explanation:
    'Node configuration says by its number which key of a keyset a machine uses, and which certificates it trusts. A keyset loses none while it is rotated, so one that is not in it means that keyset and node configuration come from different times or clusters: a control plane machine does not start. Restore the keyset. Only if that one is right, `kops update cluster --yes` writes node configuration anew.',
  *check(subject) {
    for (const { key, fields } of nodeConfigsOf(subject)) {
      for (const detail of fields === undefined ? [] : whyUnknown(subject, fields)) {
        yield { key, detail };
      }
    }
  },
};

function* whyUnknown(subject: StoreSubject, { keypairIds, authorities }: NodeConfigFields): Iterable<string> {
  for (const [name, id] of keypairIds) {
    const items = keysetNamed(subject, name)?.items ?? [];
    if (items.length > 0 && !items.some((item) => item.id === id)) {
      yield `it names key ${JSON.stringify(id)} of keyset ${JSON.stringify(name)}, which has no such key: ${restore}`;
    }
  }
  for (const [name, pem] of authorities) {
    const certificates = (keysetNamed(subject, name)?.items ?? []).map(({ certificate }) => certificate);
    const known = certificates.map((found) => (found instanceof X509Certificate ? found.fingerprint256 : found));
    // A certificate that cannot be read may be any.
    if (known.length > 0 && !known.includes('unreadable') && printsOf(pem).some((print) => !known.includes(print))) {
      yield `it trusts a certificate that keyset ${JSON.stringify(name)} has not: ${restore}`;
    }
  }
}

const update = 'kops update cluster --yes and a rolling update bring it up to date';

/** kOps: `Keyset.ToCertificateBytes` and `Keyset.ToPublicKeys` (upup/pkg/fi/ca.go), and `apply_cluster.go` for the secret. */
const stale: StoreRule = {
  id: 'NODE-CONFIG-STALE',
  on: 'store',
  severity: 'warning',
  title: 'Node configuration has what the keysets and secrets hold now.',
  explanation:
    'A keyset or the encryption configuration was changed, and the cluster was not updated since: machines go on with the former keys, and new ones start with them too. While a keyset is rotated that is so between two steps; `kops update cluster --yes` and a rolling update finish the step. Do not begin the next one before.',
  *check(subject) {
    for (const { key, fields } of nodeConfigsOf(subject)) {
      yield* fields === undefined ? [] : changesSince(subject, key, fields);
    }
  },
};

function* changesSince(subject: StoreSubject, key: string, fields: NodeConfigFields): Iterable<StoreProblem> {
  for (const [name, id] of fields.keypairIds) {
    const keyset = keysetNamed(subject, name);
    const primary = keyset && isPrimaryTold(keyset) ? primaryOf(keyset) : undefined;
    // A key that is in no keyset is another matter, and so is a keyset that does not say which key is its primary one.
    if (primary !== undefined && primary.id !== id && keyset?.items.some((item) => item.id === id) === true) {
      const detail = `it names key ${JSON.stringify(id)} of keyset ${JSON.stringify(name)}, whose primary key is ${JSON.stringify(primary.id)}: ${update}`;
      yield { key, detail };
    }
  }
  for (const [name, pem] of fields.authorities) {
    yield* trustSince(key, keysetNamed(subject, name), { name, held: printsOf(pem), printOf: certificatePrint });
  }
  if (fields.serviceAccountKeys !== undefined) {
    const [name, held] = ['service-account', keyPrintsOf(fields.serviceAccountKeys)];
    yield* trustSince(key, keysetNamed(subject, name), { name, held, printOf: publicKeyPrint });
  }
  const hash = hashOf(encryptionSecret(subject)?.data);
  if (fields.encryptionHash !== undefined && hash !== undefined && fields.encryptionHash !== hash) {
    yield { key, detail: `the secret encryptionconfig was replaced since it was written: ${update}` };
  }
}

interface Trust {
  readonly name: string;
  /** Of what a machine trusts. */
  readonly held: readonly string[];
  readonly printOf: (item: CertifiedItem) => string;
}

function* trustSince(
  key: string,
  keyset: StoredKeyset | undefined,
  { name, held, printOf }: Trust,
): Iterable<StoreProblem> {
  const trusted = keyset && trustedItems(keyset);
  if (keyset === undefined || trusted === undefined || trusted.length === 0) {
    return;
  }
  const of = `of keyset ${JSON.stringify(name)}`;
  for (const item of trusted) {
    if (!held.includes(printOf(item))) {
      yield { key, detail: `it does not trust key ${JSON.stringify(item.id)} ${of}: ${update}` };
    }
  }
  const now = trusted.map(printOf);
  for (const item of keyset.items) {
    const { certificate, isDistrusted, id } = item;
    const print = certificate instanceof X509Certificate ? printOf({ ...item, certificate }) : undefined;
    if (isDistrusted && print !== undefined && held.includes(print) && !now.includes(print)) {
      yield { key, detail: `it still trusts key ${JSON.stringify(id)} ${of}, which is distrusted: ${update}` };
    }
  }
}

export const nodeTrustRules: readonly StoreRule[] = [unknownKeys, stale];

function certificatePrint({ certificate }: CertifiedItem): string {
  return certificate.fingerprint256;
}

function publicKeyPrint({ certificate: { publicKey } }: CertifiedItem): string {
  return publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
}

/** Fingerprints of the certificates in a text; of one that cannot be read none that any certificate has. */
function printsOf(pem: string): readonly string[] {
  return (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map((block) => {
    try {
      return new X509Certificate(block).fingerprint256;
    } catch {
      return '';
    }
  });
}

/** kOps writes `RSA PUBLIC KEY` above what is a key of any kind (PKIX). */
function keyPrintsOf(pem: string): readonly string[] {
  return [...pem.matchAll(/-----BEGIN (?:RSA )?PUBLIC KEY-----([^-]+)-----END/g)].map(([, body = '']) =>
    Buffer.from(body, 'base64').toString('base64'),
  );
}

/** As `apply_cluster.go` writes it: in the alphabet of URLs, padded. */
function hashOf(data: Buffer | undefined): string | undefined {
  return data && createHash('sha256').update(data).digest('base64').replaceAll('+', '-').replaceAll('/', '_');
}

import { createHash } from 'node:crypto';
import { isMapping } from '../../../kops/yaml-documents.ts';
import type { StoreRule, StoreSubject } from '../../rule.ts';
import { type CertifiedItem, keysetNamed, primaryOf, trustedItems } from '../keysets.ts';
import { directoryHere, runningCluster } from '../locations.ts';
import { nodeConfigsOf } from '../node-configs.ts';

const again = 'run kops update cluster --yes, which writes it again';

/** kOps: `OIDCKeys.Open` (pkg/model/issuerdiscovery.go). */
const keys: StoreRule = {
  id: 'DISCOVERY-KEYS',
  on: 'store',
  severity: 'error',
  title: 'The key that signs the tokens of service accounts is published.',
  explanation:
    'Others, such as a cloud that trusts the service accounts of the cluster, check tokens by the keys in `openid/v1/jwks`. While the key that the control plane signs with is not among them, every token is refused. `kops update cluster --yes` publishes the trusted keys of the keyset `service-account`. Stores without any of the published documents are let alone.',
  *check(subject) {
    const documents = publishedDocuments(subject);
    const published = documents && keysIn(subject.texts.get(documents.keys));
    if (documents === undefined) {
      return;
    }
    if (!subject.files.has(documents.keys)) {
      yield { key: documents.keys, detail: `the published keys of service accounts are absent: ${again}` };
    } else if (subject.texts.has(documents.keys) && published === undefined) {
      yield { key: documents.keys, detail: `this is no JSON Web Key Set: ${again}` };
    }
    for (const item of signingItems(subject)) {
      if (published?.includes(keyIdOf(item)) === false) {
        const detail = `key ${JSON.stringify(item.id)} of keyset "service-account" signs, and is not published: ${again}`;
        yield { key: documents.keys, detail };
      }
    }
  },
};

const keysStale: StoreRule = {
  id: 'DISCOVERY-KEYS-STALE',
  on: 'store',
  severity: 'warning',
  title: 'The published keys are the trusted keys of service accounts, all of them and no other.',
  explanation:
    'A key must be published before it becomes the primary one, so that its tokens are known from the first. A key that is published though it was distrusted, or that the keyset has not, still lets tokens pass. `kops update cluster --yes` publishes what the keyset holds now.',
  *check(subject) {
    const documents = publishedDocuments(subject);
    const published = documents && keysIn(subject.texts.get(documents.keys));
    const keyset = keysetNamed(subject, 'service-account');
    const trusted = keyset && trustedItems(keyset);
    if (documents === undefined || published === undefined || trusted === undefined || trusted.length === 0) {
      return;
    }
    const signing = signingItems(subject);
    for (const item of trusted) {
      if (isPublishable(item) && !signing.includes(item) && !published.includes(keyIdOf(item))) {
        const detail = `key ${JSON.stringify(item.id)} of keyset "service-account" is trusted, and is not published: ${again}`;
        yield { key: documents.keys, detail };
      }
    }
    const ids = trusted.map(keyIdOf);
    for (const kid of published) {
      if (!ids.includes(kid)) {
        const detail = `key id ${JSON.stringify(kid)} is published, and is that of no trusted key of keyset "service-account": ${again}`;
        yield { key: documents.keys, detail };
      }
    }
  },
};

/** kOps: `buildDiscoveryJSON` (pkg/model/issuerdiscovery.go). */
const issuer: StoreRule = {
  id: 'DISCOVERY-ISSUER',
  on: 'store',
  severity: 'error',
  title: 'The published issuer is the one that stands in the tokens.',
  explanation:
    "Who checks a token fetches `.well-known/openid-configuration` from its issuer, and refuses it where the document names another one, or keys elsewhere. The issuer of the tokens is the API server's `serviceAccountIssuer` in the applied spec. `kops update cluster --yes` writes the document again.",
  *check(subject) {
    const documents = publishedDocuments(subject);
    const key = documents?.configuration;
    if (key === undefined) {
      return;
    }
    if (!subject.files.has(key)) {
      yield { key, detail: `the document that names the issuer of service accounts is absent: ${again}` };
      return;
    }
    const wrong = whyOtherIssuer(subject, subject.texts.get(key));
    if (wrong !== undefined) {
      yield { key, detail: `${wrong}: ${again}` };
    }
  },
};

function whyOtherIssuer({ applied }: StoreSubject, text: string | undefined): string | undefined {
  const document = text === undefined ? {} : objectIn(text);
  if (document === undefined) {
    return 'this is no JSON object';
  }
  const expected = applied?.spec.at('kubeAPIServer', 'serviceAccountIssuer').text;
  if (text === undefined || expected === undefined) {
    return undefined;
  }
  const wanted = { issuer: expected, jwks_uri: `${expected}/openid/v1/jwks` };
  const [other] = Object.entries(wanted).filter(([name, value]) => document[name] !== value);
  return other && `its ${other[0]} must be ${JSON.stringify(other[1])} by the applied spec, and is not`;
}

export const discoveryRules: readonly StoreRule[] = [keys, keysStale, issuer];

interface PublishedDocuments {
  readonly keys: string;
  readonly configuration: string;
}

/** Where the two documents lie, of which at least one is there; undefined for a cluster that publishes none, or elsewhere. */
function publishedDocuments(subject: StoreSubject): PublishedDocuments | undefined {
  const directory = discoveryDirectory(subject);
  const documents = {
    keys: `${directory}openid/v1/jwks`,
    configuration: `${directory}.well-known/openid-configuration`,
  };
  const isAny = subject.files.has(documents.keys) || subject.files.has(documents.configuration);
  return directory !== undefined && isAny ? documents : undefined;
}

function discoveryDirectory(subject: StoreSubject): string | undefined {
  const { spec } = runningCluster(subject);
  const store = spec.at('serviceAccountIssuerDiscovery', 'discoveryStore').text?.replace(/\/+$/, '');
  const isBase = store !== undefined && store === spec.at('configStore', 'base').text?.replace(/\/+$/, '');
  if (store === undefined || directoryHere(subject, undefined, '') === undefined) {
    return undefined;
  }
  return isBase ? '' : directoryHere(subject, store, '');
}

/** The keys that the control plane signs with: those that its node configuration names, else the primary one. */
function signingItems(subject: StoreSubject): readonly CertifiedItem[] {
  const keyset = keysetNamed(subject, 'service-account');
  const primary = keyset && primaryOf(keyset)?.id;
  const named = nodeConfigsOf(subject).flatMap(({ fields }) => fields?.keypairIds.get('service-account') ?? []);
  const ids = named.length > 0 ? named : [primary];
  const trusted = (keyset && trustedItems(keyset)) ?? [];
  return trusted.filter((item) => ids.includes(item.id) && isPublishable(item));
}

/** kOps passes the certificates over that older versions used for tokens. */
function isPublishable({ certificate }: CertifiedItem): boolean {
  return /^CN=service-account$/m.test(certificate.subject);
}

/** The id of a key as Kubernetes works it out: SHA-256 of the public key. */
function keyIdOf({ certificate: { publicKey } }: CertifiedItem): string {
  return createHash('sha256')
    .update(publicKey.export({ format: 'der', type: 'spki' }))
    .digest('base64url');
}

/** The ids of a key set; undefined where the text is none. */
function keysIn(text: string | undefined): readonly string[] | undefined {
  const list = objectIn(text ?? '')?.['keys'];
  return Array.isArray(list) ? list.filter(isMapping).map(({ kid }) => String(kid ?? '')) : undefined;
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isMapping(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

import type { StoreRule, StoreSubject } from '../../rule.ts';
import { type EncryptedResources, readEncryptionConfiguration } from '../encryption-configuration.ts';
import { runningCluster } from '../locations.ts';
import { encryptionSecret } from '../secrets.ts';

const refused: StoreRule = {
  id: 'ENCRYPTION-CONFIG',
  on: 'store',
  severity: 'error',
  title: 'The API server can start with the encryption configuration.',
  explanation:
    'kOps takes any YAML for the secret `encryptionconfig`, and the API server stops at one that is no `EncryptionConfiguration` or has a provider that it does not know or a key of the wrong length: the control plane does not come up. Restore an older version of the secret, or replace it with `kops create secret encryptionconfig --force`; keep every key with which something was encrypted.',
  *check(subject) {
    const secret = encryptionSecret(subject);
    const configuration = configurationOf(subject);
    if (secret !== undefined && typeof configuration === 'string') {
      yield { key: secret.key, detail: `the API server would refuse the encryption configuration: ${configuration}` };
    }
  },
};

const plain: StoreRule = {
  id: 'ENCRYPTION-PLAIN',
  on: 'store',
  severity: 'warning',
  title: 'The encryption configuration encrypts Secrets.',
  explanation:
    'The API server writes with the first provider of the first entry that names `secrets`, and `identity` leaves what it writes as it is. That is right while encryption is being taken away, and wrong at any other time: etcd and its backups hold every Secret in plain text. Put the provider that encrypts first, and `identity` last.',
  *check(subject) {
    const secret = encryptionSecret(subject);
    const configuration = configurationOf(subject);
    if (secret === undefined || configuration === undefined || typeof configuration === 'string') {
      return;
    }
    const entry = configuration.find(({ resources }) => resources.some((name) => ofSecrets.includes(name)));
    if (entry === undefined) {
      yield {
        key: secret.key,
        detail: 'no entry of the encryption configuration names secrets: they stay in plain text',
      };
    } else if (entry.providers[0]?.[0] === 'identity') {
      const detail = 'identity is the first provider of secrets: those written from now on stay in plain text';
      yield { key: secret.key, detail };
    }
  },
};

const ofSecrets: readonly string[] = ['secrets', '*.', '*.*'];

export const encryptionRules: readonly StoreRule[] = [refused, plain];

/** Of a cluster that encrypts: what its secret says, or why it cannot be used; undefined where there is none, or it cannot be read. */
function configurationOf(subject: StoreSubject): readonly EncryptedResources[] | string | undefined {
  const isUsed = [subject.cluster, runningCluster(subject)].some(
    ({ spec }) => spec.at('encryptionConfig').flag === true,
  );
  const data = isUsed ? encryptionSecret(subject)?.data : undefined;
  return data && readEncryptionConfiguration(data.toString('utf8'));
}

import type { StoreRule, StoreSubject } from '../../rule.ts';
import { encryptionSecret, secretDirectory, secretIn } from '../secrets.ts';

/** kOps: `ApplyClusterCmd.Run` (upup/pkg/fi/cloudup/apply_cluster.go), and `CiliumOptionsBuilder` for the kind of encryption. */
const missing: StoreRule = {
  id: 'SECRET-MISSING',
  on: 'store',
  severity: 'error',
  title: 'The secrets that the cluster asks for are there.',
  explanation:
    'With `encryptionConfig: true` the API server encrypts what it keeps in etcd by the secret `encryptionconfig`; Cilium encrypts with IPsec by the secret `ciliumpassword`. `kops update cluster` refuses without them, and so does a control plane machine when it starts. Create the secret with `kops create secret`, or restore it: what was encrypted with a key that is lost cannot be read again. A cluster that was applied, and whose store has no secret at all, is let alone.',
  *check(subject) {
    const directory = secretDirectory(subject);
    const isAny = directory !== undefined && [...subject.files.keys()].some((key) => key.startsWith(directory));
    for (const name of isAny || subject.applied === undefined ? neededSecrets(subject) : []) {
      const key = `${directory}${name}`;
      if (directory !== undefined && !subject.files.has(key)) {
        yield {
          key,
          detail: `could not find ${name} secret: restore it, or create it with kops create secret ${name}`,
        };
      }
    }
  },
};

function neededSecrets({ cluster: { spec } }: StoreSubject): readonly string[] {
  const cilium = spec.at('networking', 'cilium');
  const isIpsec = (cilium.at('encryptionType').text ?? 'ipsec') === 'ipsec';
  return [
    ...(spec.at('encryptionConfig').flag === true ? ['encryptionconfig'] : []),
    ...(cilium.at('enableEncryption').flag === true && isIpsec ? ['ciliumpassword'] : []),
  ];
}

const unreadable: StoreRule = {
  id: 'SECRET-UNREADABLE',
  on: 'store',
  severity: 'error',
  title: 'Secrets can be read.',
  explanation:
    'A secret is a JSON object with its content in base64 (`{"Data": "…"}`). kOps stops at one that is empty or anything else with `parsing secret from …`, and so does a control plane machine when it starts. Restore an older version of the file, or replace it with `kops create secret … --force`. What is in a secret is never shown.',
  *check(subject) {
    const directory = secretDirectory(subject);
    const encryption = encryptionSecret(subject);
    for (const [key, { size }] of subject.files) {
      const text = subject.texts.get(key);
      const isSecret = directory !== undefined && key.startsWith(directory) && !key.endsWith('/');
      if (isSecret && size === 0) {
        yield { key, detail: 'the secret is empty: restore an older version of the file, or create it again' };
      } else if (
        isSecret &&
        text !== undefined &&
        (key === encryption?.key ? encryption.data : secretIn(text)) === undefined
      ) {
        yield { key, detail: 'this is no JSON object with Data in base64: restore an older version of the file' };
      }
    }
  },
};

export const secretRules: readonly StoreRule[] = [missing, unreadable];
